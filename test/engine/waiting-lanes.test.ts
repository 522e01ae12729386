import { describe, expect, it } from "vitest";
import type { Untaken } from "../../src/engine/contract/lanes.ts";
import type { EgressRow } from "../../src/engine/contract/records.ts";
import { WaitingLanes } from "../../src/engine/egress/waiting-lanes.ts";

const rowOf = (number: number, lane: string): EgressRow => ({
  number,
  egress: "test/out",
  from: { typename: "test/from", id: lane },
  argument: { typename: "test/T", bytes: undefined, headers: [] },
  expiresAt: undefined,
});

/** Lanes over a table, whose timers are run by hand, and whose attempts end when they are let go. */
function bench(rows: Map<number, EgressRow>) {
  const due: (() => void)[] = [];
  const taken: number[] = [];
  const removed = new Set<number>();
  let hold: Promise<unknown> = Promise.resolve();
  const lanes = new WaitingLanes(
    {
      egress: "test/out",
      store: {
        unsent: (_, after, limit) =>
          [...rows.values()]
            .filter(({ number }) => number > after)
            .sort((left, right) => left.number - right.number)
            .slice(0, limit),
      },
      mayLeave: (number) => !removed.has(number),
      journal: { isStopped: false },
      options: {
        clock: {
          now: () => 0,
          monotonic: () => 0,
          after: (_, run) => {
            due.push(run);
            return () => {};
          },
        },
        random: () => 0.5,
        isHeld: () => false,
        defer: (run) => void setImmediate(run),
        onError: () => {},
      },
      async attempt(page): Promise<{ left: readonly Untaken[] }> {
        await hold;
        for (const { number } of page) {
          taken.push(number);
          removed.add(number);
        }
        return { left: [] };
      },
      onIdle: () => {},
    },
    ({ from }) => from.id,
  );
  return {
    lanes,
    taken,
    removed,
    wait: (until: Promise<unknown>) => {
      hold = until;
    },
    ring: () => {
      for (const run of due.splice(0)) run();
    },
  };
}

describe("a lane that is held up", () => {
  it("takes a record that comes back while others of it are attempted", async () => {
    const rows = new Map([10, 11].map((number) => [number, rowOf(number, "a")]));
    const { lanes, taken, wait, ring } = bench(rows);
    let letGo = (): void => {};
    wait(
      new Promise<void>((resolve) => {
        letGo = resolve;
      }),
    );
    for (const row of rows.values()) lanes.hold(row, new Error("away"));
    ring();
    const back = rowOf(5, "a");
    rows.set(5, back);
    expect(lanes.holds(back)).toBe(true);
    letGo();
    await expect.poll(() => lanes.isEmpty).toBe(true);
    expect(taken).toEqual([10, 11, 5]);
  });

  it("finds its records behind more of others, already taken, than it looks at in a turn", async () => {
    const rows = new Map<number, EgressRow>();
    for (let number = 1; number <= 5_000; number++) rows.set(number, rowOf(number, "b"));
    const [first, last] = [rowOf(1, "a"), rowOf(4_900, "a")];
    rows.set(1, first).set(4_900, last);
    const { lanes, taken, removed, ring } = bench(rows);
    for (const { number, from } of rows.values()) if (from.id === "b") removed.add(number);
    lanes.hold(first, new Error("away"));
    lanes.holds(last);
    ring();
    await expect.poll(() => lanes.isEmpty).toBe(true);
    expect(taken).toEqual([1, 4_900]);
  });
});
