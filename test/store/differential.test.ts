import fc from "fast-check";
import { expect, it } from "vitest";
import type { LinkWindow, Store } from "../../src/engine/contract/store.ts";
import { sqliteStore } from "../../src/store/file/sqlite-store.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import { cases, seeded } from "../effort.ts";
import { contentsOf } from "./cases/snapshots.ts";
import { changedStore, objectStore } from "./changed-driver.ts";
import { canonical } from "./checks.ts";
import { type Act, acts, History, universe } from "./history.ts";
import { snapshot } from "./snapshot.ts";
import { hasLinks, Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

/** What a store did with a window, as text. */
function outcomeOf(subject: Subject, window: LinkWindow): string {
  try {
    subject.store.commit(window);
    return "done";
  } catch (error) {
    return String(Object(error).code);
  }
}

async function opened(kind: Kind): Promise<readonly Subject[]> {
  const memory = memoryStore();
  const [file, split, whole, cut] = [newPath(), newPath(), newPath(), newPath()];
  const handles = [
    () => memory,
    () => sqliteStore(file, { durability: "normal" }),
    () => changedStore(split, () => ({ maxValueBytes: 20 })),
    () => objectStore(whole),
    () => objectStore(cut, () => ({ maxValueBytes: 20 })),
  ];
  const subjects = await Promise.all(handles.map((handle) => Subject.open(() => handle)));
  if (kind === "all") return subjects;
  for (const { store } of subjects) if (!hasLinks(store)) store.close();
  return subjects.filter(({ store }) => hasLinks(store));
}

/** A snapshot that is read in short pages, as text. */
async function canonicalSnapshot(store: Store): Promise<string> {
  const one = await store.snapshot?.();
  if (one === undefined) throw new Error("this store has no snapshots");
  const contents = canonical(contentsOf(one, 3));
  one.close();
  return contents;
}

/** Acts on links, which stores without them neither refuse nor take. */
const ofLinks: ReadonlySet<string> = new Set(["put out", "acknowledge", "link", "unlink"]);

type Kind = "all" | "with links";

async function play(history: readonly (readonly Act[])[], kind: Kind): Promise<void> {
  const subjects = await opened(kind);
  const made = new History();
  for (const step of history) {
    const window = made.window(
      kind === "all" ? step.filter((act) => !ofLinks.has(act.kind)) : step,
    );
    const outcomes = subjects.map((subject) => outcomeOf(subject, window));
    expect(new Set(outcomes)).toEqual(new Set([outcomes[0]]));
    if (outcomes[0] === "done") made.committed(window);
    if (step.some(({ kind }) => kind === "restart")) {
      for (const subject of subjects) await subject.reopen();
    }
    // Also what has expired and is not swept: both sweep at the same times.
    const all = subjects.map(({ store }) =>
      canonical(snapshot(store, universe, 0, kind !== "all")),
    );
    for (const one of all) expect(one).toBe(all[0]);
    const whole = await Promise.all(subjects.map(({ store }) => canonicalSnapshot(store)));
    for (const one of whole) expect(one).toBe(whole[0]);
  }
  for (const { store } of subjects) store.close();
}

it.each(["all", "with links"] as const)(
  "%s: memory, a file and an object, with split values and without, give the same reads after the same windows",
  async (kind) => {
    // As the other property tests: 60 of the 2,000 cases of the gate.
    const numRuns = Math.ceil(cases * 0.03);
    const histories = fc.array(acts, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(histories, (history) => play(history, kind)),
      { numRuns, ...seeded },
    );
  },
  600_000,
);
