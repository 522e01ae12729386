import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EgressBinding, egress, keep, StatefulFunctions, string } from "statefun";
import { createRuntime, type Runtime, type Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Store as EngineStore } from "../../src/engine/contract/store.ts";
import { noBytes } from "../../src/internal/bytes.ts";
import { engineStoreOf } from "../../src/store/store-handle.ts";
import { dead, message, record, timer } from "../store/records.ts";
import { fill, heapUsed, text, watched } from "./support/large-stores.ts";

const out = egress("test/out", string);
/** What a window of a start takes at most, and some records of others. */
const windowRecords = 1_010;
const windowBytes = 1_048_576;
const mebibyte = 1_048_576;

let directory = "";
let runtime: Runtime | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "statefun-starts-"));
});
afterEach(async () => {
  await runtime?.close({ drainMs: 0 });
  runtime = undefined;
  rmSync(directory, { recursive: true });
});

const fresh = (): Store => sqliteStore(join(directory, "store.db"), { durability: "normal" });

interface Started {
  readonly errors: unknown[];
  /** Windows before anything could come in. */
  readonly atStart: number;
  readonly seen: ReturnType<typeof watched>["seen"];
  readonly heap: number;
}

/** Starts a runtime on a store, until it has nothing to do. */
async function start(egresses: EgressBinding[], functions = new StatefulFunctions()) {
  const { store, seen } = watched(fresh());
  const errors: unknown[] = [];
  const base = heapUsed();
  runtime = await createRuntime({
    modules: [functions],
    store,
    egresses,
    onError: (error) => void errors.push(error),
  });
  const atStart = seen.windows;
  await runtime.idle();
  const started: Started = {
    ...{ errors, seen, atStart },
    heap: seen.peak - base,
  };
  return { runtime, started };
}

function expectPages({ seen, heap }: Started, count: number): void {
  expect(seen.windows).toBeGreaterThanOrEqual(count / 1_000);
  expect(seen.most).toBeLessThanOrEqual(windowRecords);
  expect(heap).toBeLessThan(24 * mebibyte);
  // Others have the thread between windows.
  expect(seen.mostInTurn).toBeLessThanOrEqual(2);
}

/** What a store has when its runtime is closed. */
async function closed<T>(look: (store: EngineStore) => T): Promise<T> {
  await runtime?.close({ drainMs: 0 });
  const store = engineStoreOf(fresh());
  await store.open();
  try {
    return look(store);
  } finally {
    store.close();
  }
}

const unbound = (number: number) =>
  dead(number, {
    argument: text(String(number)),
    code: "unknown_egress",
    egress: out.typename,
    attempts: 0,
  });

describe("a start with very much to do", () => {
  it("buries the records of an egress that is gone in pages, and says it once", async () => {
    const count = 200_000;
    await fill(fresh(), count, (numbers) => ({
      egress: {
        added: numbers.map((number) =>
          record(number, { egress: out.typename, argument: text(String(number)) }),
        ),
        removed: [],
      },
    }));
    const { runtime, started } = await start([]);
    // Nothing comes in before that.
    expect(started.atStart).toBeGreaterThanOrEqual(count / 1_000);
    await runtime.close();
    expectPages(started, count);
    expect(started.errors).toMatchObject([
      {
        code: "unknown_egress",
        message: "egress test/out is not bound",
      },
    ]);
    expect(await closed((store) => store.countDead())).toBe(count);
  }, 120_000);

  it("resumes dead letters of an egress that is back in pages, and in order", async () => {
    const count = 200_000;
    await fill(fresh(), count, (numbers) => ({
      dead: { added: numbers.map(unbound), removed: [] },
    }));
    let taken = 0;
    let strays = 0;
    const { runtime, started } = await start([
      out.to((records) => {
        for (const { value } of records) if (value !== String(++taken)) strays++;
      }),
    ]);
    expectPages(started, count);
    expect([taken, strays, started.errors]).toEqual([count, 0, []]);
    expect(await runtime.deadLetters.list()).toEqual([]);
  }, 120_000);

  it("resumes dead letters to an egress that is kept now in pages, and in order", async () => {
    const count = 20_000;
    await fill(fresh(), count, (numbers) => ({
      dead: { added: numbers.map(unbound), removed: [] },
    }));
    const { runtime, started } = await start([keep(out, { maxRecords: 50_000 })]);
    expectPages(started, count);
    expect(await runtime.deadLetters.list()).toEqual([]);
    const kept = await closed((store) => store.kept(out.typename, 0, 50_000, 0));
    const order = kept.map(({ argument }) => Number(string.decode(argument.bytes ?? noBytes)));
    expect(order).toEqual(Array.from({ length: count }, (_, at) => at + 1));
  });

  it("gives up messages that killed the process too often in pages", async () => {
    const count = 20_000;
    await fill(fresh(), count, (numbers) => ({
      messages: {
        added: numbers.map((number) =>
          message(number, {
            target: { typename: "test/deadly", id: String(number % 7_000) },
            caller: undefined,
            argument: text("x"),
            crashes: 8,
          }),
        ),
        removed: [],
      },
    }));
    const functions = new StatefulFunctions();
    functions.bind("test/deadly", { accepts: string }, () => {});
    const { started } = await start([], functions);
    expect(started.seen.windows).toBeGreaterThanOrEqual(count / 1_000);
    expect(started.seen.most).toBeLessThanOrEqual(windowRecords);
    expect(await closed((store) => [store.countDead(), store.messages(0, 1)])).toEqual([count, []]);
  });

  it("takes fewer records into a window where they are large", async () => {
    const count = 40;
    const long = "x".repeat(300_000);
    await fill(fresh(), count, (numbers) => ({
      egress: {
        added: numbers.map((number) =>
          record(number, { egress: out.typename, argument: text(long) }),
        ),
        removed: [],
      },
    }));
    const { runtime, started } = await start([]);
    expect(started.seen.mostBytes).toBeLessThanOrEqual(windowBytes);
    await runtime.close();
    const back = await start([out.to(() => {})]);
    expect(back.started.seen.mostBytes).toBeLessThanOrEqual(windowBytes);
    expect(await back.runtime.deadLetters.list()).toEqual([]);
  });

  it("fires fewer delayed messages in a window where they are large", async () => {
    const count = 40;
    const long = "x".repeat(300_000);
    await fill(fresh(), count, (numbers) => ({
      timers: {
        added: numbers.map((number) =>
          timer(number, { target: { typename: "test/later", id: "1" }, argument: text(long) }),
        ),
        removed: [],
      },
    }));
    const functions = new StatefulFunctions();
    let came = 0;
    functions.bind("test/later", { accepts: string }, () => void came++);
    const { started } = await start([], functions);
    expect(came).toBe(count);
    // Messages of earlier windows that have run meanwhile are removed as well, however many they are.
    expect(started.seen.mostFired).toBeLessThanOrEqual(windowBytes / 300_000);
    expect(started.seen.mostBytes).toBeLessThanOrEqual(windowBytes);
  });

  it("removes what was delivered in windows of a bounded size", async () => {
    const count = 20_000;
    await fill(fresh(), count, (numbers) => ({
      egress: {
        added: numbers.map((number) =>
          record(number, { egress: out.typename, argument: text(String(number)) }),
        ),
        removed: [],
      },
    }));
    const { started } = await start([out.to(() => {})]);
    expect(started.seen.most).toBeLessThanOrEqual(windowRecords + 100);
  });
});
