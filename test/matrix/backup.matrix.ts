import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { outDir } from "./build.ts";
import { bun, deno, node } from "./store-commands.ts";

/** With no permission except for a folder. */
const denoIn = (folder: string) => deno([`--allow-read=${folder}`, `--allow-write=${folder}`]);

describe.for([
  ["Node 22", () => [node(22)]],
  ["Node 24", () => [process.execPath]],
  ["Node 26", () => [node(26)]],
  ["Deno", denoIn],
  ["Bun", () => [bun]],
] as const)("%s", ([, command]) => {
  it("backs up a store under load, is stopped in the middle of it, and starts from the copy", async () => {
    const folder = mkdtempSync(join(tmpdir(), "statefun-matrix-"));
    try {
      const [program = "", ...before] = command(folder);
      const { stdout } = await promisify(execFile)(
        program,
        [...before, join(outDir, "backup.mjs"), folder],
        {
          cwd: outDir,
          env: { ...process.env, DENO_NO_UPDATE_CHECK: "1", DENO_DIR: join(outDir, ".deno") },
        },
      );
      const { seen, size, during, files, longestMs, ...said } = JSON.parse(stdout);
      expect(said).toMatchObject({
        stopped: "enough",
        closed: expect.stringMatching(/the runtime is closing/),
        isWithin: true,
        whole: 100_000,
        again: expect.stringMatching(/copy\.db" exists: choose another one/),
      });
      expect(seen[0]).toBeLessThan(1);
      expect(size).toBeGreaterThan(30_000_000);
      // The process went on meanwhile.
      expect(during).toBeGreaterThan(5);
      expect(longestMs).toBeLessThan(1_000);
      expect(files).toEqual(["copy.db"]);
      console.info({ during, longestMs });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
