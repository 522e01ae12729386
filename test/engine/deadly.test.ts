import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Life, live } from "./support/program-life.ts";

const directory = mkdtempSync(join(tmpdir(), "statefun-deadly-"));
describe("a message that kills the process", () => {
  afterAll(() => rmSync(directory, { recursive: true }));

  it("ends as a dead letter after 8 deaths, and its neighbours are handled once", {
    timeout: 120_000,
  }, async () => {
    const lives: Life[] = [];
    while (lives.length < 15) {
      const life = await live("deadly-program.ts", join(directory, "store.db"));
      lives.push(life);
      if (life.signal === null) break;
    }
    const last = lives.at(-1);
    expect(last?.signal).toBeNull();
    const { totals, letters } = JSON.parse(last?.output ?? "");
    expect(totals).toEqual(Array(20).fill(1));
    expect(letters).toEqual([
      {
        typename: "test/deadly",
        code: "non_retryable",
        reason: "the process ended 8 times while this message was handled",
        attempts: 8,
      },
    ]);
    // The first death may come before the message is stored, and the next one in a run that is not counted, since no
    // restart has found the message yet: neither counts.
    const deaths = lives.length - 1;
    expect(deaths).toBeGreaterThanOrEqual(8);
    expect(deaths).toBeLessThanOrEqual(10);
    // A life after it is like any other: the message is known, and stays given up.
    const after = await live("deadly-program.ts", join(directory, "store.db"));
    expect(after).toEqual(last);
  });
});
