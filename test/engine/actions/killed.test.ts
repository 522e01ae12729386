import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

function run(store: string, upTo: number): { child: ChildProcess; ended: Promise<string> } {
  const args = ["--import", local("../../docs/from-source.ts"), local("killed-program.ts")];
  const child = spawn(process.execPath, [...args, store, String(upTo)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  const ended = new Promise<string>((resolve) => child.on("close", () => resolve(output)));
  return { child, ended };
}

describe("a replay of all dead letters", () => {
  it("sends each of them once, though its process is killed in the middle again and again", {
    timeout: 120_000,
  }, async () => {
    const directory = mkdtempSync(join(tmpdir(), "statefun-killed-"));
    const store = join(directory, "store.db");
    const pages = () =>
      existsSync(`${store}.pages`) ? readFileSync(`${store}.pages`, "utf8") : "";
    try {
      const { made, last } = JSON.parse(await run(store, 0).ended);
      expect(made).toBe(3_000);
      let kills = 0;
      for (; kills < 6; kills++) {
        const { child, ended } = run(store, last);
        const before = pages().length;
        const end = Date.now() + 60_000;
        // At another moment in each life.
        while (pages().length === before && Date.now() < end && child.exitCode === null) {
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        await new Promise((resolve) => setTimeout(resolve, 7 * kills));
        child.kill("SIGKILL");
        if ((await ended) !== "") break;
      }
      expect(kills).toBeGreaterThan(2);
      const result = JSON.parse(await run(store, last).ended);
      expect(result).toEqual({ handled: 3_000, left: 0, recorded: 30 });
      // Some page was ordered again, because nobody had heard of its end.
      expect(pages()).toMatch(/ true/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
