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
  ["Deno", denoIn],
  ["Bun", () => [bun]],
] as const)("%s", ([, command]) => {
  it("moves an application from file to file, completes an import that was stopped, and leaves nothing beside", async () => {
    const folder = mkdtempSync(join(tmpdir(), "statefun-matrix-"));
    try {
      const [program = "", ...before] = command(folder);
      const { stdout } = await promisify(execFile)(
        program,
        [...before, join(outDir, "moving.mjs"), folder],
        {
          cwd: outDir,
          env: { ...process.env, DENO_NO_UPDATE_CHECK: "1", DENO_DIR: join(outDir, ".deno") },
        },
      );
      const { files, ...said } = JSON.parse(stdout);
      expect(said).toEqual({
        summary: {
          ...{ instances: 1_500, messages: 0, timers: 750, records: 0, deadLetters: 0 },
          ...{ keys: 500, positions: 0, pauses: 0, isDuplicate: false },
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        phases: ["check", "write"],
        isEqual: true,
        stopped: "Error: enough",
        isDuplicate: false,
        isEqualAgain: true,
        ...{ known: true, count: 3, timers: 1 },
      });
      expect(
        files.filter((name: string) => !/^(first|second|third)\.(db|db-lock|ndjson)$/.test(name)),
      ).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
