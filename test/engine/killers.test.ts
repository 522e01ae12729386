import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { live } from "./support/program-life.ts";

const directory = mkdtempSync(join(tmpdir(), "statefun-killers-"));
/** What one life printed, by its first word. */
async function printed(store: string): Promise<ReadonlyMap<string, string>> {
  const flags = ["--max-old-space-size=96"];
  const { output } = await live("killers-program.ts", store, { flags, stderr: "ignore" });
  return new Map(output.split("\n").map((line) => line.split(" ", 2) as [string, string]));
}

describe("messages that kill the process by an exit, from a timer, and by their memory", () => {
  afterAll(() => rmSync(directory, { recursive: true }));

  it("end as dead letters, slow ones beside them are handled once, and others hardly wait", {
    timeout: 180_000,
  }, async () => {
    const lives: ReadonlyMap<string, string>[] = [];
    while (lives.length < 60 && lives.at(-1)?.has("done") !== true) {
      lives.push(await printed(join(directory, "store.db")));
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
