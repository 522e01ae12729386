import { describe, expect, it } from "vitest";
import { sqliteStore } from "../../src/store/file/sqlite-store.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import { changedStore, objectStore } from "./changed-driver.ts";
import { hasLinks, type NewData, Subject } from "./subject.ts";
import { runCase, storeCases } from "./suite.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

/** The stores on the Node that runs the tests; on other runtimes they are in test/matrix. */
const stores: readonly (readonly [string, NewData])[] = [
  [
    "the memory store",
    () => {
      const store = memoryStore();
      return () => store;
    },
  ],
  [
    "the SQLite store",
    () => {
      const store = sqliteStore(newPath());
      return () => store;
    },
  ],
  [
    "the SQLite store with rows of at most 100 bytes",
    () => {
      // As on Durable Objects, whose limit is 2 MB. The pieces of large values are not too many at this size.
      const path = newPath();
      return () => changedStore(path, () => ({ maxValueBytes: 100 }));
    },
  ],
  [
    "the store of an object",
    () => {
      const path = newPath();
      return () => objectStore(path);
    },
  ],
  [
    "the store of an object with rows of at most 100 bytes",
    () => {
      const path = newPath();
      return () => objectStore(path, () => ({ maxValueBytes: 100 }));
    },
  ],
];

it("gives links to the stores that objects and simulations have, and to no file", async () => {
  const linked: string[] = [];
  for (const [name, newData] of stores) {
    const { store } = await Subject.open(newData);
    if (hasLinks(store)) linked.push(name);
    store.close();
  }
  expect(linked).toEqual([
    "the memory store",
    "the store of an object",
    "the store of an object with rows of at most 100 bytes",
  ]);
});

describe.for(stores)("%s", ([, newData]) => {
  it.for(storeCases.map((one) => [one.name, one] as const))("%s", async ([, one]) => {
    await runCase(one, newData);
  });
});
