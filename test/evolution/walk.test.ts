import { int, StatefulFunctions, string, upgraded } from "statefun";
import { createTestRuntime } from "statefun/testing";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/contract/engine.ts";
import { statesOf } from "../../src/host/inspect.ts";
import { upgradeInstances } from "../../src/host/upgrade/upgrade-instances.ts";
import { reasonOf } from "../../src/internal/show.ts";
import { functionTable } from "../../src/sdk/functions/function-table.ts";
import { acting } from "../engine/actions/support.ts";

const Text = upgraded(string, {
  from: int,
  upgrade(n) {
    if (n === 13) throw new RangeError("13 has no text");
    return String(n);
  },
});

const expiring = { expireAfterWriteMs: 3_600_000 };

const old = (): StatefulFunctions => {
  const functions = new StatefulFunctions();
  const state = { n: { type: int, ...expiring }, other: int };
  functions.bind("demo/f", { accepts: string, state }, (context, text) => {
    context.state.n = Number(text);
    context.state.other = 5;
  });
  return functions;
};

const fresh = (): StatefulFunctions => {
  const functions = new StatefulFunctions();
  const state = { n: { type: Text, ...expiring }, other: int };
  functions.bind("demo/f", { accepts: string, state }, async (context, text) => {
    if (text === "wait") await new Promise((resolve) => setTimeout(resolve, 50));
    context.state.n = `${context.state.n}!`;
  });
  return functions;
};

const wire = (text: string) => ({
  typename: string.typename,
  bytes: string.encode(text),
  headers: [],
});

const at = (id: number | string) => ({ typename: "demo/f", id: String(id) });

const send = (engine: Engine, id: number | string, text: string) =>
  engine.send({ target: at(id), argument: wire(text), idempotencyKey: undefined, delayMs: 0 });

async function sendAll(engine: Engine, from: number, to: number): Promise<void> {
  await Promise.all(
    Array.from({ length: to - from }, (_, index) => send(engine, from + index, `${from + index}`)),
  );
  await engine.idle();
}

function walk(engine: Engine, functions: StatefulFunctions, signal?: AbortSignal) {
  const errors: string[] = [];
  const host = {
    engine: () => engine,
    functions: functionTable(functions),
    maxStateBytes: 1_000,
    onError: (error: unknown) => void errors.push(reasonOf(error)),
  };
  return { errors, done: upgradeInstances(host, "demo/f", { signal }) };
}

const typenameAt = (engine: Engine, id: number | string) =>
  statesOf(engine.partition, at(id)).get("n")?.typename;

describe.each(["memory", "sqlite"] as const)("upgrade, on %s", (kind) => {
  const host = acting(kind);

  it("rewrites what is old, of every instance, and only that", async () => {
    let engine = await host.start(old());
    await sendAll(engine, 100, 1_100);
    const functions = fresh();
    engine = await host.start(functions);
    await send(engine, 100, "x");
    await engine.idle();
    expect(await walk(engine, functions).done).toEqual({
      instances: 1_000,
      upgraded: 999,
      failed: 0,
    });
    for (const id of [101, 555, 1_099]) {
      const states = statesOf(engine.partition, at(id));
      expect(string.decode(states.get("n")?.bytes ?? new Uint8Array())).toBe(String(id));
      expect([states.get("n")?.typename, states.get("other")?.typename]).toEqual([
        string.typename,
        int.typename,
      ]);
    }
    // Again, as after a crash: nothing is left to do.
    expect(await walk(engine, functions).done).toEqual({
      instances: 1_000,
      upgraded: 0,
      failed: 0,
    });
    // It is stored.
    engine = await host.start(functions);
    expect(typenameAt(engine, 700)).toBe(string.typename);
  });

  it("goes on after a crash in the middle, and loses nothing", async () => {
    let engine = await host.start(old());
    await sendAll(engine, 100, 900);
    const functions = fresh();
    engine = await host.start(functions);
    const first = walk(engine, functions).done.catch(reasonOf);
    await new Promise((resolve) => setTimeout(resolve, 4));
    await host.crash();
    await first;
    engine = await host.start(functions);
    const summary = await walk(engine, functions).done;
    expect(summary.instances).toBe(800);
    for (const id of [100, 500, 899]) expect(typenameAt(engine, id)).toBe(string.typename);
  });

  it("leaves the time at which a state expires as it is", async () => {
    let engine = await host.start(old());
    await send(engine, 1, "1");
    await engine.idle();
    const { store } = engine.partition.options;
    const before = store.load(at(1)).get("n")?.expiresAt;
    await new Promise((resolve) => setTimeout(resolve, 20));
    const functions = fresh();
    engine = await host.start(functions);
    expect(await walk(engine, functions).done).toMatchObject({ upgraded: 1 });
    const cell = engine.partition.options.store.load(at(1)).get("n");
    expect([cell?.value.typename, cell?.expiresAt]).toEqual([string.typename, before]);
    expect(before).toBeGreaterThan(0);
  });

  it("waits for the handler of an instance, and never undoes what it did", async () => {
    let engine = await host.start(old());
    await sendAll(engine, 1, 2);
    const functions = fresh();
    engine = await host.start(functions);
    const sent = send(engine, 1, "wait");
    await new Promise((resolve) => setTimeout(resolve, 10));
    const { done } = walk(engine, functions);
    await sent;
    expect(await done).toMatchObject({ instances: 1, failed: 0 });
    await engine.idle();
    const stored = statesOf(engine.partition, at(1)).get("n");
    expect(string.decode(stored?.bytes ?? new Uint8Array())).toBe("1!");
  });

  it("leaves what cannot be upgraded, says so, and does the rest", async () => {
    let engine = await host.start(old());
    await sendAll(engine, 12, 15);
    const functions = fresh();
    engine = await host.start(functions);
    const { done, errors } = walk(engine, functions);
    expect(await done).toEqual({ instances: 3, upgraded: 2, failed: 1 });
    expect(errors).toEqual([
      'state "n" of demo/f: io.statefun.types/string: its upgrade failed (13 has no text), got 13',
    ]);
    expect(typenameAt(engine, 13)).toBe(int.typename);
  });

  it("ends with the reason of its signal", async () => {
    let engine = await host.start(old());
    await sendAll(engine, 1, 4);
    const functions = fresh();
    engine = await host.start(functions);
    const reason = new RangeError("enough");
    await expect(walk(engine, functions, AbortSignal.abort(reason)).done).rejects.toBe(reason);
  });
});

describe("upgrade of a runtime", () => {
  it("does nothing for a function that has no such type, and refuses one that is not bound", async () => {
    const runtime = await createTestRuntime(old(), {});
    const f = { typename: "demo/f", id: "1" } as never;
    await runtime.send(f, string.of("5") as never);
    expect(await runtime.upgrade("demo/f")).toEqual({ instances: 0, upgraded: 0, failed: 0 });
    await expect(runtime.upgrade("demo/g")).rejects.toMatchObject({ code: "unknown_function" });
    await expect(runtime.upgrade(5 as never)).rejects.toMatchObject({ code: "invalid_argument" });
    await expect(runtime.upgrade("demo/f", { sginal: 1 } as never)).rejects.toMatchObject({
      code: "invalid_argument",
    });
    await runtime.close();
  });
});
