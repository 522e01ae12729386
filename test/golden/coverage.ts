import { expect, it } from "vitest";
import { type Item, readItems } from "./fixtures.ts";

/** The tests of one fixture file: each item is tested once, and none is left out. */
export interface Coverage<T extends Item> {
  readonly items: readonly T[];
  test(item: T, promise: string, body: () => void | Promise<void>): void;
  /** Called when all the tests are declared. */
  check(count: number): void;
}

export function coverageOf<T extends Item>(file: string): Coverage<T> {
  const items = readItems<T>(file);
  const tested = new Set<string>();
  return {
    items,
    test(item, promise, body) {
      if (tested.has(item.name)) throw new Error(`${file}: ${item.name} is tested twice`);
      tested.add(item.name);
      it(promise, body);
    },
    check(count) {
      it(`tests each of the ${count} items of ${file}`, () => {
        expect(items.filter(({ name }) => !tested.has(name)).map(({ name }) => name)).toEqual([]);
        expect(tested.size).toBe(items.length);
        expect(items.length).toBe(count);
      });
    },
  };
}
