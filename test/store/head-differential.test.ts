import fc from "fast-check";
import { expect, it } from "vitest";
import type { SqlDriver } from "../../src/store/drivers/sql-driver.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import type { HeadLimits } from "../../src/store/object/rows/head-store.ts";
import { cases, seeded } from "../effort.ts";
import { objectStore, hearing } from "./changed-driver.ts";
import { canonical } from "./checks.ts";
import { type Act, acts, History, universe } from "./history.ts";
import { snapshot } from "./snapshot.ts";
import { headRowsOf, rowsOf } from "./stored-rows.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

/** So small that rows leave the head and come back all the time. */
const tiny: readonly HeadLimits[] = [
  { headBytes: 180, rowBytes: 90 },
  { headBytes: 400, rowBytes: 60 },
  { headBytes: 900, rowBytes: 200 },
];

/** A window, and at which of its statements the database fails before it is committed. */
interface Step {
  readonly acts: readonly Act[];
  readonly failsAt: number | undefined;
  readonly isReopened: boolean;
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    acts,
    failsAt: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
    isReopened: fc.boolean(),
  }),
  { minLength: 2, maxLength: 24 },
);

/** A store whose database can fail at any statement of a transaction, or at its end. */
async function failing(limits: HeadLimits) {
  const path = newPath();
  let left = Number.POSITIVE_INFINITY;
  const hear = () => {
    left -= 1;
    if (left === 0) throw new Error("no space");
  };
  const changesOf = (driver: SqlDriver): Partial<SqlDriver> => ({
    wakeAt: hear,
    ...hearing(driver, hear),
    transaction: (body) =>
      driver.transaction(() => {
        const result = body();
        if (left < Number.POSITIVE_INFINITY) throw new Error("no space");
        return result;
      }),
  });
  const subject = await Subject.open(() => () => objectStore(path, changesOf, limits));
  const failAt = (statement: number | undefined) => {
    left = statement ?? Number.POSITIVE_INFINITY;
  };
  return { path, subject, failAt };
}

const outcomeOf = (commit: () => void): string => {
  try {
    commit();
    return "done";
  } catch (error) {
    return String(Object(error).code);
  }
};

/** How often a store had rows in its head, and rows beside it, at the same time. */
let mixed = 0;

async function play(history: readonly Step[]): Promise<void> {
  const memory = memoryStore();
  const oracle = await Subject.open(() => () => memory);
  const stores = await Promise.all(tiny.map((limits) => failing(limits)));
  const made = new History();
  const all = (subject: Subject) => canonical(snapshot(subject.store, universe, 0));
  for (const { acts, failsAt, isReopened } of history) {
    const window = made.window(acts);
    const before = all(oracle);
    if (failsAt !== undefined) {
      // What is opened anew sweeps with its first window.
      if (isReopened) await oracle.reopen();
      for (const { subject, failAt } of stores) {
        failAt(failsAt);
        // One that repeats a window, or skips one, is refused or accepted before anything is written.
        outcomeOf(() => subject.store.commit(window));
        failAt(undefined);
        if (isReopened) await subject.reopen();
        expect(all(subject)).toBe(before);
      }
    }
    const expected = outcomeOf(() => oracle.store.commit(window));
    if (expected === "done") made.committed(window);
    if (isReopened) await oracle.reopen();
    const after = all(oracle);
    for (const { subject } of stores) {
      expect(outcomeOf(() => subject.store.commit(window))).toBe(expected);
      expect(all(subject)).toBe(after);
      if (!isReopened) continue;
      await subject.reopen();
      expect(all(subject)).toBe(after);
    }
  }
  for (const { path, subject } of stores) {
    subject.store.close();
    if (subject.opened.sequence === 0) continue;
    const packed = headRowsOf(path).length;
    if (packed > 0 && rowsOf(path).length > packed + 1) mixed += 1;
  }
}

it("a tiny head gives the same reads as memory, wherever windows fail and stores are opened anew", async () => {
  const numRuns = Math.ceil(cases * 0.03);
  await fc.assert(fc.asyncProperty(steps, play), { numRuns, ...seeded });
  expect(mixed).toBeGreaterThan(numRuns / 4);
}, 600_000);
