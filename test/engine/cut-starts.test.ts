import fc from "fast-check";
import { type EgressBinding, egress, keep, StatefulFunctions, string } from "statefun";
import { createRuntime, memoryStore, type Runtime, type Store } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import type { Store as EngineStore } from "../../src/engine/contract/store.ts";
import { noBytes } from "../../src/internal/bytes.ts";
import type { WireValue } from "../../src/model/invocation.ts";
import { engineStoreOf } from "../../src/store/store-handle.ts";
import { message, record } from "../store/records.ts";
import { fill, overlaid, text } from "./support/large-stores.ts";

const out = egress("test/out", string);
const count = 3_500;
const all = Array.from({ length: count }, (_, at) => at + 1);

/** Where a life ends: with this commit, which was done or was not. */
interface Death {
  readonly commit: number;
  readonly isDone: boolean;
}

const deaths = fc.array(
  fc.record({ commit: fc.integer({ min: 1, max: 6 }), isDone: fc.boolean() }),
  {
    minLength: 1,
    maxLength: 6,
  },
);

function dying(handle: Store, { commit, isDone }: Death): Store {
  let commits = 0;
  return overlaid(handle, (inner) => ({
    commit(window) {
      if (++commits < commit) return inner.commit(window);
      if (commits === commit && isDone) inner.commit(window);
      throw Object.assign(new Error("the process died"), { isFinal: true });
    },
  }));
}

interface Application {
  readonly functions: StatefulFunctions;
  readonly egresses: readonly EgressBinding[];
}

/** A life, until it has nothing to do or dies. */
async function live(store: Store, { functions, egresses }: Application, text?: string) {
  let runtime: Runtime | undefined;
  try {
    runtime = await createRuntime({ modules: [functions], store, egresses, onError: () => {} });
    if (text !== undefined) await runtime.send({ typename: "test/emit", id: "1" }, string.of(text));
    await runtime.idle();
    await runtime.close();
    return true;
  } catch {
    await runtime?.close().catch(() => {});
    return false;
  }
}

/** What a store has while no runtime is open. */
async function contents(handle: Store) {
  const store: EngineStore = engineStoreOf(handle);
  await store.open();
  const values = (rows: readonly { readonly argument: WireValue }[]) =>
    rows.map(({ argument: { bytes = noBytes } }) => Number(string.decode(bytes)));
  // The records are known by their values, which are the numbers that they began with.
  const found = {
    unsent: values(store.unsent(out.typename, 0, 10_000)),
    dead: values(store.dead(0, 10_000)),
    messages: values(store.messages(0, 10_000)),
    kept: values(store.kept(out.typename, 0, 10_000, 0)),
  };
  store.close();
  return found;
}

const inOrder = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

function emitting(egresses: readonly EgressBinding[] = []): Application {
  const functions = new StatefulFunctions();
  functions.bind("test/emit", { accepts: string }, (context, value) => context.emit(out, value));
  return { functions, egresses };
}

async function unsent(): Promise<Store> {
  const store = memoryStore();
  await fill(store, count, (numbers) => ({
    egress: {
      added: numbers.map((number) => {
        return record(number, { egress: out.typename, argument: text(String(number)) });
      }),
      removed: [],
    },
  }));
  return store;
}

describe("a process that dies while it starts, again and again", () => {
  it("buries each record of an egress that is gone once, and resumes each once and in order", () =>
    fc.assert(
      fc.asyncProperty(deaths, deaths, async (burials, resumptions) => {
        const store = await unsent();
        for (const death of burials) {
          await live(dying(store, death), emitting());
          const { unsent, dead } = await contents(store);
          expect(inOrder([...unsent, ...dead])).toEqual(all);
        }
        expect(await live(store, emitting(), "-1")).toBe(true);
        const taken: string[] = [];
        const seen = new Set<string>();
        const bound = emitting([
          out.to((records) => {
            for (const { id, value } of records) if (!seen.has(id)) taken.push(value);
            for (const { id } of records) seen.add(id);
          }),
        ]);
        for (const death of resumptions) {
          await live(dying(store, death), bound);
          const { unsent, dead } = await contents(store);
          const left = new Set([...unsent, ...dead]);
          expect(left.size).toBe(unsent.length + dead.length);
          // Whatever is not there any more has left, in the order of the records.
          expect(inOrder([...left]).at(0) ?? 0).toBeLessThanOrEqual(taken.length + 1);
        }
        expect(await live(store, bound, "-2")).toBe(true);
        expect(taken).toEqual([...all.map(String), "-1", "-2"]);
        expect(await contents(store)).toMatchObject({ unsent: [], dead: [] });
      }),
      { numRuns: 15 },
    ));

  it("keeps each record that is resumed to an egress that is kept once, before all new ones", () =>
    fc.assert(
      fc.asyncProperty(deaths, async (resumptions) => {
        const store = await unsent();
        expect(await live(store, emitting())).toBe(true);
        const bound = emitting([keep(out, { maxRecords: 10_000 })]);
        for (const death of resumptions) {
          await live(dying(store, death), bound);
          const { kept, dead } = await contents(store);
          expect([...kept, ...dead]).toEqual(all);
        }
        expect(await live(store, bound, "0")).toBe(true);
        expect((await contents(store)).kept).toEqual([...all, 0]);
      }),
      { numRuns: 15 },
    ));

  it("gives up each message that killed it too often once, and runs the others", () =>
    fc.assert(
      fc.asyncProperty(deaths, async (restarts) => {
        const store = memoryStore();
        await fill(store, count, (numbers) => ({
          messages: {
            added: numbers.map((number) =>
              message(number, {
                target: { typename: "test/deadly", id: String(number % 900) },
                caller: undefined,
                argument: text(String(number)),
                // One mailbox in ten is harmless.
                crashes: number % 10 === 0 ? 0 : 8,
              }),
            ),
            removed: [],
          },
        }));
        const ran: string[] = [];
        const functions = new StatefulFunctions();
        functions.bind("test/deadly", { accepts: string }, (_, value) => void ran.push(value));
        const deadly = { functions, egresses: [] };
        for (const death of restarts) {
          await live(dying(store, death), deadly);
          const { dead, messages } = await contents(store);
          const harmless = new Set(ran.map(Number));
          expect(dead.filter((number) => messages.includes(number))).toEqual([]);
          const left = new Set([...dead, ...messages]);
          expect(all.filter((number) => !left.has(number) && !harmless.has(number)).length).toBe(0);
        }
        expect(await live(store, deadly)).toBe(true);
        expect((await contents(store)).messages).toEqual([]);
        expect([...new Set(ran)].map(Number).sort((a, b) => a - b)).toEqual(
          all.filter((number) => number % 10 === 0),
        );
      }),
      { numRuns: 15 },
    ));
});
