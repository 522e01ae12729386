import fc from "fast-check";
import type { Store } from "../../../src/engine/contract/store.ts";
import {
  type DurableObjectStorageLike,
  durableObjectDriver,
} from "../../../src/store/drivers/durable-object-driver.ts";
import { memoryStore } from "../../../src/store/memory/memory-store.ts";
import { createObjectStore } from "../../../src/store/object/object-store.ts";
import { createHandle } from "../../../src/store/store-handle.ts";
import { equal } from "../../store/checks.ts";
import { type Act, acts, History, universe } from "../../store/history.ts";
import { snapshot } from "../../store/snapshot.ts";
import { Subject } from "../../store/subject.ts";

/**
 * Plays histories on the memory store and in the storage of an object, and compares all reads after each window. Gives
 * how many windows were taken.
 */
export async function differences(
  storage: DurableObjectStorageLike,
  cases: number,
): Promise<number> {
  let taken = 0;
  const play = async (history: readonly (readonly Act[])[]) => {
    await storage.deleteAll();
    const memory = memoryStore();
    const open = () => createObjectStore(() => durableObjectDriver(storage));
    const subjects = [
      await Subject.open(() => () => memory),
      await Subject.open(() => () => createHandle(open)),
    ];
    const made = new History();
    for (const step of history) {
      const window = made.window(step);
      const [first, second] = subjects.map(({ store }) => outcomeOf(() => store.commit(window)));
      equal(second, first, "the outcome of a window");
      if (first === "done") {
        made.committed(window);
        taken += 1;
      }
      if (step.some(({ kind }) => kind === "restart")) {
        for (const subject of subjects) await subject.reopen();
      }
      const all = (store: Store) => snapshot(store, universe, 0);
      const [memoryReads, objectReads] = subjects.map(({ store }) => all(store));
      equal(objectReads, memoryReads, "all reads");
    }
    for (const { store } of subjects) store.close();
  };
  await fc.assert(fc.asyncProperty(fc.array(acts, { minLength: 1, maxLength: 12 }), play), {
    numRuns: cases,
  });
  return taken;
}

function outcomeOf(commit: () => void): string {
  try {
    commit();
    return "done";
  } catch (error) {
    return String(Object(error).code);
  }
}
