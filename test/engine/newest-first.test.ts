import fc from "fast-check";
import { NonRetryableError, StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/contract/engine.ts";
import { listNewestDead } from "../../src/engine/views/dead-list.ts";
import { newestFirst } from "../../src/engine/views/newest-first.ts";
import { listNewestKept } from "../../src/engine/views/newest-kept.ts";
import { acting, actionStores, order, sendText } from "./actions/support.ts";

/** A list that can only be read forwards; a page may be shorter than it could be, and how many rows were read. */
function forwards(numbers: readonly number[], isShort: (after: number) => boolean = () => false) {
  const read = { rows: 0, pages: 0 };
  const page = (after: number, limit: number): readonly { readonly number: number }[] => {
    const found = numbers.filter((number) => number > after).map((number) => ({ number }));
    const rows = found.slice(0, isShort(after) ? Math.ceil(limit / 2) : limit);
    read.pages++;
    read.rows += rows.length;
    return rows;
  };
  return { page, read };
}

const numbersOf = (rows: Iterable<{ readonly number: number }>): number[] =>
  Array.from(rows, ({ number }) => number);

describe("a list that is read forwards, backwards", () => {
  it("has the same rows, whatever gaps there are and however short pages are", () => {
    const lists = fc.uniqueArray(fc.nat({ max: 3_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(
        lists,
        fc.nat({ max: 3_500 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(3),
        (list, before, size, short) => {
          const sorted = [...list].sort((left, right) => left - right);
          const { page } = forwards(sorted, (after) => short > 0 && after % (short + 1) === 0);
          const wanted = sorted.filter((number) => number < before).reverse();
          expect(numbersOf(newestFirst(page, before, size))).toEqual(wanted);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("reads about two rows for each that it gives, and few where there are none for long", () => {
    const dense = Array.from({ length: 10_000 }, (_, at) => at + 1);
    const { page, read } = forwards(dense);
    const rows = newestFirst(page, 10_001, 16);
    for (let left = 100; left > 0; left--) rows.next();
    expect(read.rows).toBeLessThan(400);
    const sparse = forwards([3, 5_000_000, 4_000_000_000]);
    expect(numbersOf(newestFirst(sparse.page, 9_000_000_000_000, 16))).toEqual([
      4_000_000_000, 5_000_000, 3,
    ]);
    expect(sparse.read.pages).toBeLessThan(400);
    expect(numbersOf(newestFirst(forwards([]).page, Number.MAX_SAFE_INTEGER, 16))).toEqual([]);
  });

  it("gives nothing twice while rows come and go", () => {
    const list = Array.from({ length: 300 }, (_, at) => at + 1);
    const page = (after: number, limit: number) =>
      list
        .filter((number) => number > after)
        .slice(0, limit)
        .map((number) => ({ number }));
    const seen: number[] = [];
    for (const { number } of newestFirst(page, 301, 8)) {
      seen.push(number);
      list.push(300 + seen.length);
      list.shift();
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual([...seen].sort((left, right) => right - left));
  });
});

describe.each(actionStores)("the newest first, on %s,", (kind) => {
  const host = acting(kind);
  const failing = () => {
    const functions = new StatefulFunctions();
    for (const name of ["test/one", "test/two"] as const) {
      functions.bind(name, { accepts: string }, (_context, text) => {
        throw new NonRetryableError(text);
      });
    }
    return functions;
  };
  const fail = async (engine: Engine, count: number): Promise<void> => {
    for (let at = 0; at < count; at++) {
      await sendText(
        engine,
        { typename: at % 3 === 0 ? "test/one" : "test/two", id: "1" },
        `e${at}`,
      );
    }
    await engine.idle();
    await engine.flush();
  };

  it("are dead letters, by a filter, page by page", async () => {
    const engine = await host.start(failing());
    await fail(engine, 100);
    const { store } = engine.partition.options;
    const reasons = async (filter: object, before = 1e9, limit = 1_000) => {
      const { letters, next } = await listNewestDead(store, filter, before, limit, 1e9);
      return { found: letters.map(({ reason }) => reason), next };
    };
    const all = Array.from({ length: 100 }, (_, at) => `e${99 - at}`);
    expect(await reasons({})).toEqual({ found: all, next: undefined });
    const ofOne = all.filter((_, at) => (99 - at) % 3 === 0);
    expect((await reasons({ typename: "test/one" })).found).toEqual(ofOne);
    expect((await reasons({ reason: "e7" })).found).toEqual([
      ...all.filter((one) => /^e7\d/.test(one)),
      "e7",
    ]);
    const first = await reasons({ typename: "test/one" }, 1e9, 10);
    expect(first.found).toEqual(ofOne.slice(0, 10));
    expect((await reasons({ typename: "test/one" }, first.next, 1_000)).found).toEqual(
      ofOne.slice(10),
    );
    const { letters } = await listNewestDead(store, {}, 1e9, 1_000, 1);
    expect(letters).toHaveLength(1);
  });

  it("are records of what operators did, and only what survives a crash", async () => {
    const engine = await host.start(failing());
    await fail(engine, 30);
    for (let at = 0; at < 40; at++) await order(engine, { kind: "pause", typename: `test/p${at}` });
    const page = (after: number, limit: number) => engine.kept("statefun/activity", after, limit);
    const names = async (before: number, limit: number) =>
      (await listNewestKept(page, before, limit, 1e9)).map(
        ({ argument }) => JSON.parse(new TextDecoder().decode(argument.bytes)).typename,
      );
    const all = Array.from({ length: 40 }, (_, at) => `test/p${39 - at}`);
    expect(await names(1e9, 1_000)).toEqual(all);
    expect(await names(1e9, 7)).toEqual(all.slice(0, 7));
    expect(await listNewestKept(page, 1e9, 1_000, 1)).toHaveLength(1);
  });
});
