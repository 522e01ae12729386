import { StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../../src/engine/contract/engine.ts";
import type { WireValue } from "../../../src/model/invocation.ts";
import { acting, order } from "./support.ts";

const a = { typename: "test/echo", id: "a" };
/** Of each message. */
const size = 3_000_000;
const count = 8;

interface Reads {
  /** Bytes of messages that one read of the store gave at most, and all of them. */
  most: number;
  all: number;
}

/** Looks at what an engine reads of its store from now on. */
function watch({ partition }: Engine): Reads {
  const { store } = partition.options;
  const reads: Reads = { most: 0, all: 0 };
  const seen = <T extends { readonly argument: WireValue }>(rows: readonly T[]): readonly T[] => {
    const bytes = rows.reduce((sum, { argument }) => sum + (argument.bytes?.length ?? 0), 0);
    reads.most = Math.max(reads.most, bytes);
    reads.all += bytes;
    return rows;
  };
  const { dead, deadAt, timersOf, timerAt } = store;
  store.dead = (...asked) => seen(dead.apply(store, asked));
  store.timersOf = (...asked) => seen(timersOf.apply(store, asked));
  store.deadAt = (number) => {
    const letter = deadAt.call(store, number);
    return seen(letter === undefined ? [] : [letter])[0];
  };
  store.timerAt = (number) => {
    const timer = timerAt.call(store, number);
    return seen(timer === undefined ? [] : [timer])[0];
  };
  return reads;
}

describe.each(["sqlite", "object"] as const)("messages that are large, on %s,", (kind) => {
  const host = acting(kind);

  async function filled(delayMs: number) {
    const functions = new StatefulFunctions();
    functions.bind("test/echo", { accepts: string, retry: { maxAttempts: 1 } }, () => {
      throw new Error("no");
    });
    const engine = await host.start(functions);
    const argument = {
      typename: string.typename,
      bytes: string.encode("x".repeat(size)),
      headers: [],
    };
    for (let left = count; left > 0; left--) {
      await engine.send({ target: a, argument, idempotencyKey: undefined, delayMs });
      await engine.idle();
    }
    return { engine, reads: watch(engine) };
  }

  it("are read one by one when letters are chosen, and only those that match", async () => {
    const { engine, reads } = await filled(0);
    const page = (code: string, isDryRun: boolean, after = 0) =>
      order(engine, {
        ...({ kind: "discard-all", filter: { code }, after, upTo: 1_000_000 } as const),
        ...{ limit: 1_000, isDryRun },
      });
    expect(await page("timed_out", true)).toMatchObject({ count: 0 });
    expect(reads.all).toBe(0);
    // One letter is more than a page may have, so it is alone there.
    const { count: some, next = -1 } = await page("failed", true);
    expect(some).toBe(1);
    expect(reads.most).toBeLessThan(1.1 * size);
    expect(reads.all).toBeLessThan(2.2 * size);
    let [found, after] = [some, next];
    for (let pages = 0; after !== -1 && pages < 2 * count; pages++) {
      const result = await page("failed", false, after);
      [found, after] = [found + result.count, result.next ?? -1];
    }
    expect(found).toBe(count);
    expect(engine.health().deadLetters).toBe(1);
    expect(reads.most).toBeLessThan(1.1 * size);
  });

  it("are read one by one when an instance is deleted with its timers", async () => {
    const { engine, reads } = await filled(3_600_000);
    const deleted = await order(engine, { kind: "delete-instance", address: a, withTimers: true });
    expect(deleted).toMatchObject({ count });
    expect(reads.most).toBeLessThan(1.1 * size);
    expect(engine.partition.options.store.nextDue()).toBeUndefined();
  });
});
