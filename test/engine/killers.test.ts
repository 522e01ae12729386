import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const directory = mkdtempSync(join(tmpdir(), "statefun-killers-"));
const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What one life printed, by its first word. */
async function live(store: string): Promise<ReadonlyMap<string, string>> {
  const program = local("support/killers-program.ts");
  const options = ["--max-old-space-size=96", "--import", local("../docs/from-source.ts")];
  const child = spawn(process.execPath, [...options, program, store], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const words = output.split("\n").map((line) => line.split(" ", 2) as [string, string]);
  return new Map(words);
}

describe("messages that kill the process by an exit, from a timer, and by their memory", () => {
  afterAll(() => rmSync(directory, { recursive: true }));

  it("end as dead letters, slow ones beside them are handled once, and others hardly wait", {
    timeout: 180_000,
  }, async () => {
    const lives: ReadonlyMap<string, string>[] = [];
    while (lives.length < 60 && lives.at(-1)?.has("done") !== true) {
      lives.push(await live(join(directory, "store.db")));
    }
    const { totals, letters } = JSON.parse(lives.at(-1)?.get("done") ?? "{}");
    expect(totals).toEqual(Array(64).fill(1));
    expect([...letters].sort()).toEqual(["exit", "memory", "timer"]);
    // Each of them is alone from its third crash on.
    expect(lives.length).toBeLessThanOrEqual(30);
    const waits = lives.flatMap((life) => life.get("called") ?? []).map(Number);
    expect(waits.length).toBeGreaterThan(0);
    for (const ms of waits) expect(ms).toBeLessThan(2_000);
  });
});
