import { int, StatefulFunctions, string } from "statefun";
import { createTestRuntime, type TestRuntime } from "statefun/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LinkWindow } from "../../src/engine/contract/store.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import { seeded } from "../../src/testing/random.ts";
import { linkStoreOf } from "../store/subject.ts";
import { startPartition } from "./support/partition.ts";
import { hosted, stores } from "./support/stores.ts";

const afterMs = 10_000;
/** A tenth later at the latest. */
const latestMs = afterMs + 1_000;

/** `a VALUE`, `b VALUE`, `short VALUE`; anything else only touches. */
function expiring(expireInstanceAfterMs: number | undefined) {
  const functions = new StatefulFunctions();
  const ref = functions.bind(
    "demo/expiring",
    {
      accepts: string,
      state: {
        a: string,
        b: { type: int, initial: 0 },
        short: { type: string, expireAfterWriteMs: 2_000 },
      },
      ...(expireInstanceAfterMs !== undefined && { expireInstanceAfterMs }),
    },
    ({ state }, text) => {
      const [name, value = ""] = text.split(" ");
      if (name === "a") state.a = value;
      if (name === "b") state.b = Number(value);
      if (name === "short") state.short = value;
    },
  );
  return { functions, one: ref.at("1"), at: ref.at };
}

let runtime: TestRuntime | undefined;
afterEach(() => runtime?.close());

async function start(expireInstanceAfterMs: number | undefined) {
  const { functions, one } = expiring(expireInstanceAfterMs);
  const started = await createTestRuntime([functions], {});
  runtime = started;
  return {
    started,
    send: (text: string) => started.send(one, text),
    state: async () => (await started.instance(one)).state,
    advance: (ms: number) => started.advance(ms),
  };
}

describe("an instance that expires", () => {
  it("keeps all of its states as long as messages come, whether or not they write", async () => {
    const { send, state, advance } = await start(afterMs);
    await send("a kept");
    for (let count = 0; count < 20; count++) {
      await advance(afterMs - 1);
      await send(count === 7 ? "b 7" : "look");
    }
    expect(await state()).toEqual({ a: "kept", b: 7 });
  });

  it("loses all of them at one time, when no message has come for so long", async () => {
    const { send, state, advance } = await start(afterMs);
    await send("a first");
    await advance(700);
    await send("b 2");
    await advance(afterMs - 1);
    expect(await state()).toEqual({ a: "first", b: 2 });
    await advance(latestMs - afterMs + 1);
    expect(await state()).toEqual({ b: 0 });
    await send("b 3");
    expect(await state()).toEqual({ b: 3 });
  });

  it("never has a part of its states, whenever messages come", async () => {
    const random = seeded(19);
    const { send, state, advance } = await start(afterMs);
    let [silentMs, has] = [0, { a: false, b: false }];
    for (let count = 0; count < 300; count++) {
      const ms = Math.floor(random() * 1.4 * afterMs * random());
      await advance(ms);
      silentMs += ms;
      const { a, b } = await state();
      const found = { a: a !== undefined, b: b !== 0 };
      if (silentMs < afterMs) expect(found).toEqual(has);
      else if (silentMs >= latestMs) expect(found).toEqual({ a: false, b: false });
      else expect([has, { a: false, b: false }]).toContainEqual(found);
      const name = ["a", "b", "look"][Math.floor(random() * 3)];
      await send(`${name} 1`);
      has = { a: found.a || name === "a", b: found.b || name === "b" };
      silentMs = 0;
    }
  });

  it("has states that expire earlier by themselves, and none that would outlive it", async () => {
    const { send, state, advance } = await start(afterMs);
    await send("a kept");
    await send("short lived");
    await advance(2_000);
    expect(await state()).toEqual({ a: "kept", b: 0 });
    expect(() => expiring(1_999)).toThrow(
      /state "short" of demo\/expiring expires after 2000 ms, later than its instance \(1999 ms\)/,
    );
    for (const wrong of [0, -1, 1.5, "1000"]) {
      expect(() => expiring(wrong as number)).toThrow(
        /expireInstanceAfterMs of demo\/expiring must/,
      );
    }
  });
});

/** What is renewed in the store by messages that write nothing. */
async function renewals(expireInstanceAfterMs: number, messages: number): Promise<number> {
  const store = linkStoreOf(memoryStore());
  let renewed = 0;
  const counting: typeof store = new Proxy(store, {
    get: (inner, name) => {
      const value: unknown = Reflect.get(inner, name);
      if (typeof value !== "function") return value;
      if (name !== "commit") return value.bind(inner);
      return (window: LinkWindow) => {
        renewed += window.renewed.length;
        inner.commit(window);
      };
    },
  });
  const { functions, one } = expiring(expireInstanceAfterMs);
  const engine = await startPartition({ functions, store: counting });
  const send = (text: string) =>
    engine.send({
      target: { typename: one.typename, id: one.id },
      argument: { typename: string.typename, bytes: string.encode(text), headers: [] },
      idempotencyKey: undefined,
      delayMs: 0,
    });
  await send("a kept");
  await send("b 1");
  for (let count = 0; count < messages; count++) await send("look");
  await engine.idle();
  await engine.close(0);
  return renewed;
}

it("a message to an instance that expires writes nothing for that", async () => {
  expect(await renewals(3_600_000, 200)).toBe(0);
});

describe.each(stores)("a deploy that changes when instances expire, on $name", (store) => {
  const host = hosted(store);
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const cases = [
    { from: undefined, to: afterMs, untouched: true, touched: false },
    { from: afterMs, to: undefined, untouched: false, touched: false },
    { from: 100 * afterMs, to: afterMs, untouched: true, touched: false },
    { from: afterMs, to: 100 * afterMs, untouched: false, touched: true },
  ];
  it.each(cases)("from $from to $to", async ({ from, to, untouched, touched }) => {
    for (const isTouched of [false, true]) {
      const id = isTouched ? "touched" : "untouched";
      const before = await host.start(expiring(from).functions);
      await before.send(expiring(from).at(id), "a kept");
      await before.idle();
      const next = expiring(to);
      const after = await host.start(next.functions);
      if (isTouched) await after.send(next.at(id), "look");
      await after.idle();
      vi.setSystemTime(Date.now() + latestMs);
      const { a } = (await after.instance(next.at(id))).state;
      expect(a, id).toBe((isTouched ? touched : untouched) ? "kept" : undefined);
    }
  });
});
