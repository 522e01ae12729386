import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareTexts } from "../../src/internal/text-order.ts";
import { ListedTexts } from "../../src/internal/listed-texts.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import { engineStoreOf } from "../../src/store/store-handle.ts";
import { address, cell, emptyWindow } from "./records.ts";

const all = { prefix: "", after: undefined, limit: 1_000_000 };
const sorted = (keys: ReadonlyMap<string, unknown>) => [...keys.keys()].sort(compareTexts);
const idsOf = (count: number, start = "") =>
  Array.from({ length: count }, (_, index) => `${start}${(index * 7_919) % count}`);

describe("the keys of a map that are listed", () => {
  it("are sorted in portions, between which they come and go", () => {
    const change = fc.record({ pause: fc.nat(3), key: fc.nat(9_999) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const keys = new Map(idsOf(6_000).map((id) => [id, 1]));
        const list = new ListedTexts(keys);
        let page = list.page(all);
        for (const { pause, key } of changes) {
          for (let left = pause; left > 0; left--) page = list.page(all);
          if (!keys.delete(`${key}`)) keys.set(`${key}`, 1);
          list.change(`${key}`);
        }
        do page = list.page(all);
        while (page.scan !== undefined);
        expect(page.ids).toEqual(sorted(keys));
        expect(page.isEnd).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("are listed in the end, however fast they change", () => {
    const keys = new Map(idsOf(10_000).map((id) => [id, 1]));
    const list = new ListedTexts(keys);
    let portions = 0;
    for (; list.page(all).scan !== undefined; portions++) {
      for (const id of idsOf(500, `${portions} `)) {
        keys.set(id, 1);
        list.change(id);
      }
    }
    expect(portions).toBeLessThan(200);
    expect(list.page(all).ids).toEqual(sorted(keys));
  });

  it("are followed as long as somebody lists them", () => {
    const keys = new Map(idsOf(100).map((id) => [id, 1]));
    const list = new ListedTexts(keys);
    while (list.page(all).scan !== undefined);
    for (let change = 0; change < 10_000; change++) {
      list.change("0");
      if (change % 1_000 === 0) list.page(all);
    }
    expect(list.isForgotten).toBe(false);
    for (let change = 0; change < 10_000; change++) list.change("0");
    expect(list.isForgotten).toBe(true);
  });
});

it("a memory store of which nobody lists the addresses any more lists them all the same", async () => {
  const store = engineStoreOf(memoryStore());
  await store.open();
  let sequence = 0;
  const commit = (ids: readonly string[], first: number) =>
    store.commit({
      ...emptyWindow(++sequence),
      lastCell: first + ids.length,
      cells: ids.map((id, at) => cell(first + at, { address: address(id) })),
    });
  const listed = (): readonly string[] => {
    let scan: object | undefined;
    for (;;) {
      const page = store.addresses?.withStates("demo/fn", all, scan);
      if (page?.scan === undefined) return page?.ids ?? [];
      scan = page.scan;
    }
  };
  commit(idsOf(100, "a"), 1);
  expect(listed()).toHaveLength(100);
  commit(idsOf(9_000, "b"), 101);
  commit(["a1", "z"], 9_101);
  expect(listed()).toEqual([...idsOf(100, "a"), ...idsOf(9_000, "b"), "z"].sort(compareTexts));
  store.close();
});
