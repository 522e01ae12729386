import { describe, expect, it } from "vitest";
import { sqliteStore } from "../../src/store/file/sqlite-store.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import { isGate } from "../effort.ts";
import { changedStore, objectStore } from "./changed-driver.ts";
import { hasLinks, type NewData, type StoreCase, Subject } from "./subject.ts";
import { runCase, storeCases } from "./suite.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();
type Sized = Pick<StoreCase, "isLarge">;

/** Of a value of 3 MB there are 30,000 rows of 100 bytes, which take seconds: in the gate alone. */
const maxValueBytesOf = ({ isLarge }: Sized): number => (isLarge && !isGate ? 10_000 : 100);

/** The stores on the Node that runs the tests; on other runtimes they are in test/matrix. */
const stores: readonly (readonly [string, (one: Sized) => NewData])[] = [
  [
    "the memory store",
    () => () => {
      const store = memoryStore();
      return () => store;
    },
  ],
  [
    "the SQLite store",
    () => () => {
      const store = sqliteStore(newPath());
      return () => store;
    },
  ],
  [
    "the SQLite store with rows of at most 100 bytes",
    (one) => () => {
      // As on Durable Objects, whose limit is 2 MB.
      const path = newPath();
      return () => changedStore(path, () => ({ maxValueBytes: maxValueBytesOf(one) }));
    },
  ],
  [
    "the store of an object",
    () => () => {
      const path = newPath();
      return () => objectStore(path);
    },
  ],
  [
    "the store of an object with rows of at most 100 bytes",
    (one) => () => {
      const path = newPath();
      return () => objectStore(path, () => ({ maxValueBytes: maxValueBytesOf(one) }));
    },
  ],
];

it("gives links to the stores that objects and simulations have, and to no file", async () => {
  const linked: string[] = [];
  for (const [name, newDataFor] of stores) {
    const { store } = await Subject.open(newDataFor({}));
    if (hasLinks(store)) linked.push(name);
    store.close();
  }
  expect(linked).toEqual([
    "the memory store",
    "the store of an object",
    "the store of an object with rows of at most 100 bytes",
  ]);
});

describe.for(stores)("%s", ([, newDataFor]) => {
  it.for(storeCases.map((one) => [one.name, one] as const))("%s", async ([, one]) => {
    await runCase(one, newDataFor(one));
  });
});
