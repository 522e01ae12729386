import { describe, expect, it } from "vitest";
import { Recording } from "../../src/host/admin/recording/recording.ts";
import { planOf, reportOf, runSeeds } from "./seeds.ts";
import { simulate } from "./simulate.ts";

const { STATEFUN_CRASHES } = process.env;
/** The slow suite runs hundreds of crash points in a second, on any machine. */
const timeoutMs = Math.max(60_000, Number(STATEFUN_CRASHES ?? 0) * 20);

const defaultRuns = 200;

/** Every boundary at which a process may die. */
const boundaries = [
  "before it opens",
  "after it opened",
  "while it opens",
  "before a commit",
  "after a commit",
  "before a release",
  "while a handler runs",
  "before a timer",
  "before an RPC",
  "after an RPC",
  "before it receives a batch",
  "after it received a batch",
  "before a delivery",
  "after a delivery",
  "at any time",
];

/** What operators do. */
const kinds = [
  ...["replay", "discard", "replay-all", "discard-all", "skip", "retry", "pause", "resume"],
  ...["cancel-timer", "fire-timer", "set-state", "clear-state", "delete-instance"],
];

describe("the engine, simulated", () => {
  it(
    "keeps its promises, whatever crashes, is lost, repeated, late or out of order",
    async () => {
      const { runs, crashes, refusals, actions, failure } = await runSeeds(planOf(defaultRuns));
      expect(failure && reportOf(failure)).toBeUndefined();
      const total = [...crashes.values()].reduce((sum, count) => sum + count, 0);
      if (STATEFUN_CRASHES !== undefined) {
        console.log(`${total} crash points fired in ${runs} runs`, Object.fromEntries(crashes));
        console.log("actions of operators", Object.fromEntries(actions));
      }
      // A few runs need not crash everywhere, nor fill a partition.
      if (runs >= defaultRuns) expect(refusals).toBeGreaterThan(100);
      if (runs >= defaultRuns) expect([...actions.keys()].sort()).toEqual([...kinds].sort());
      if (runs >= defaultRuns) expect([...crashes.keys()].sort()).toEqual([...boundaries].sort());
    },
    timeoutMs,
  );

  it("is the same run whenever it has the same seed", async () => {
    for (const seed of [3, 11, 42, 77]) {
      const [first, second] = [await simulate(seed), await simulate(seed)];
      expect(second.hash).toBe(first.hash);
      expect((await simulate(seed + 1)).hash).not.toBe(first.hash);
    }
  });

  it("is the same run with a recorder, which comes and goes", async () => {
    let spans = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const clock = { now: () => 0, monotonic: () => 0 };
      const recordings = new Map<string, Recording>();
      const recordingOf = (name: string) => {
        const recording = recordings.get(name) ?? new Recording(clock, seed % 2 === 0);
        recordings.set(name, recording);
        // At every other start of a process.
        if (!recording.end()) recording.start(60);
        return recording.place;
      };
      const plain = await simulate(seed);
      const recorded = await simulate(seed, { recordingOf });
      expect(recorded.hash, `seed ${seed}`).toBe(plain.hash);
      for (const recording of recordings.values()) spans += recording.state().spans;
    }
    expect(spans).toBeGreaterThan(1_000);
  });
});
