import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json, StatefulFunctions, shape, string, upgraded } from "statefun";
import { encrypted } from "statefun/encryption";
import { createRuntime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { reasonOf } from "../../src/internal/show.ts";
import { changingKeys } from "./support.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "statefun-rotation-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const errors: string[] = [];
const start = (modules: StatefulFunctions) => {
  errors.length = 0;
  return createRuntime({
    modules,
    store: sqliteStore(join(directory, "store.db")),
    http: { admin: { authenticate: "none" } },
    onError: (error) => void errors.push(reasonOf(error)),
  });
};

type Runtime = Awaited<ReturnType<typeof start>>;

async function stateOf(runtime: Runtime, id: string): Promise<unknown> {
  const url = `http://x/admin/instances/shop/counter/${id}`;
  const { state } = Object(await (await runtime.fetch(new Request(url))).json());
  return Object(state).count;
}

const Count = json("shop/Count", z.strictObject({ count: z.number() }));

/** A counter whose state has this type. */
function counterOf(type: typeof Count) {
  const functions = new StatefulFunctions();
  const counter = functions.bind(
    "shop/counter",
    { accepts: string, replies: string, state: { count: type } },
    (context, what) => {
      const { count } = context.state.count ?? { count: 0 };
      if (what === "add") context.state.count = { count: count + 1 };
      if (context.caller) context.reply(String(context.state.count?.count));
    },
  );
  return { functions, counter };
}

/** As the type inside, for a table of generations. */
const asCount = (type: object): typeof Count => type as typeof Count;

describe("a new key", () => {
  it("is used for what is written from then on, and the old one still reads", async () => {
    const ring = changingKeys("a", "a", "b");
    const { functions, counter } = counterOf(asCount(encrypted(Count, ring)));
    const runtime = await start(functions);
    for (const id of ["1", "2"]) await runtime.call(counter.at(id), "add");
    ring.current = "b";
    expect(await runtime.call(counter.at("1"), "add")).toBe("2");
    expect(await runtime.call(counter.at("2"), "get")).toBe("1");
    expect(await stateOf(runtime, "1")).toMatchObject({ encryptedWith: "b" });
    expect(await stateOf(runtime, "2")).toMatchObject({ encryptedWith: "a" });
    await runtime.close();
  });

  it("replaces the old one everywhere by a walk, which is retired then", async () => {
    const ring = changingKeys("a", "a", "b");
    const { functions, counter } = counterOf(asCount(encrypted(Count, ring)));
    const runtime = await start(functions);
    for (let id = 0; id < 50; id++) await runtime.call(counter.at(String(id)), "add");
    ring.current = "b";
    await runtime.call(counter.at("7"), "add");
    const walked = await runtime.upgrade("shop/counter");
    expect(walked).toEqual({ instances: 50, upgraded: 49, failed: 0 });
    const again = await runtime.upgrade("shop/counter");
    expect(again).toEqual({ instances: 50, upgraded: 0, failed: 0 });
    ring.all.delete("a");
    await runtime.close();
    const later = await start(functions);
    for (let id = 0; id < 50; id++) {
      expect(await later.call(counter.at(String(id)), "get")).toBe(id === 7 ? "2" : "1");
    }
    await later.close();
  });

  it("loses nothing under load, while a walk runs", async () => {
    const ring = changingKeys("a", "a", "b", "c", "d");
    const { functions, counter } = counterOf(asCount(encrypted(Count, ring)));
    const runtime = await start(functions);
    const sends: Promise<unknown>[] = [];
    for (const current of ["a", "b", "c", "d"]) {
      ring.current = current;
      for (let index = 0; index < 200; index++) {
        sends.push(runtime.send(counter.at(String(index % 10)), "add"));
      }
      sends.push(runtime.upgrade("shop/counter"));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await Promise.all(sends);
    await runtime.idle();
    expect(await runtime.upgrade("shop/counter")).toMatchObject({ instances: 10, failed: 0 });
    for (const id of ["a", "b", "c"]) ring.all.delete(id);
    for (let id = 0; id < 10; id++) {
      expect(await runtime.call(counter.at(String(id)), "get")).toBe("80");
    }
    expect(errors).toEqual([]);
    await runtime.close();
  });

  it("leaves a state whose key is missing as it is, and tells of it", async () => {
    const ring = changingKeys("a", "a", "b");
    const { functions, counter } = counterOf(asCount(encrypted(Count, ring)));
    const runtime = await start(functions);
    await runtime.call(counter.at("1"), "add");
    ring.current = "b";
    await runtime.call(counter.at("2"), "add");
    const key = ring.all.get("a") ?? expect.fail("no key");
    ring.all.delete("a");
    const walked = await runtime.upgrade("shop/counter");
    expect(walked).toEqual({ instances: 2, upgraded: 0, failed: 1 });
    expect(errors).toEqual([expect.stringContaining('there is no key "a"')]);
    ring.all.set("a", key);
    expect(await runtime.upgrade("shop/counter")).toMatchObject({ upgraded: 1, failed: 0 });
    await runtime.close();
  });
});

describe("a change of the type", () => {
  const ring = changingKeys("a", "a");
  const V2 = json("shop/Count", z.strictObject({ count: z.number(), by: z.string() }));
  const down = { count: 1, by: "nobody" };
  const named = <const N extends `${string}/${string}`>(name: N) =>
    json(name, z.strictObject({ count: z.number(), by: z.string().default("?") }));
  const back = ({ count }: { count: number }) => ({ count, by: "old" });

  const ways: readonly (readonly [string, object, object])[] = [
    ["plain values, read with readPlain", Count, encrypted(Count, ring, { readPlain: true })],
    ["plain values, with upgraded outside", Count, fromPlain()],
    ["encrypted values, with upgraded inside, one typename", encrypted(Count, ring), inside()],
    ["encrypted values, with upgraded inside, two typenames", encrypted(Count, ring), renamed()],
    ["encrypted values, with upgraded outside", encrypted(Count, ring), outside()],
    ["encrypted values that become plain ones", encrypted(Count, ring), toPlain()],
  ];

  function fromPlain() {
    const next = encrypted(named("shop/Next"), ring);
    return upgraded(next, { from: Count, upgrade: back });
  }

  function inside() {
    return encrypted(upgraded(V2, { from: Count, upgrade: back }), ring);
  }

  function renamed() {
    return encrypted(upgraded(named("shop/Next"), { from: Count, upgrade: back }), ring);
  }

  function outside() {
    const next = encrypted(named("shop/Next"), ring);
    return upgraded(next, { from: encrypted(Count, ring), upgrade: back });
  }

  function toPlain() {
    return upgraded(named("shop/Next"), { from: encrypted(Count, ring), upgrade: back });
  }

  it.each(ways)("reads %s, and a walk writes them anew", async (_, before, after) => {
    const first = counterOf(asCount(before));
    let runtime = await start(first.functions);
    for (const id of ["1", "2"]) await runtime.call(first.counter.at(id), "add");
    await runtime.close();

    const functions = new StatefulFunctions();
    const counter = functions.bind(
      "shop/counter",
      { accepts: string, replies: string, state: { count: asCount(after) } },
      (context, what) => {
        const { count } = context.state.count ?? { count: 0 };
        if (what === "add") context.state.count = { ...down, ...context.state.count, count: 9 };
        context.reply(String(count));
      },
    );
    runtime = await start(functions);
    const stored = await stateOf(runtime, "1");
    expect(await runtime.call(counter.at("1"), "get")).toBe("1");
    expect(await stateOf(runtime, "1")).toEqual(stored);
    const { typename } = after as typeof Count;
    expect(await runtime.upgrade("shop/counter")).toEqual({
      instances: 2,
      upgraded: 2,
      failed: 0,
    });
    expect(await stateOf(runtime, "1")).toMatchObject({ typename });
    expect(await runtime.upgrade("shop/counter")).toMatchObject({ upgraded: 0, failed: 0 });
    expect(await runtime.call(counter.at("2"), "get")).toBe("1");
    expect(errors).toEqual([]);
    await runtime.close();
  });

  it("does not read plain values without readPlain", async () => {
    const first = counterOf(Count);
    let runtime = await start(first.functions);
    await runtime.call(first.counter.at("1"), "add");
    await runtime.close();
    const next = counterOf(asCount(encrypted(Count, ring)));
    runtime = await start(next.functions);
    void runtime.call(next.counter.at("1"), "get").catch(() => {});
    await expect
      .poll(() => errors.at(0))
      .toContain('it is stored as "shop/Count" and declared as shop/Count.encrypted');
    await runtime.close();
  });

  it("outside of two encrypted types with one typename is refused, with what to do", () => {
    const from = encrypted(Count, ring);
    const make = () => upgraded(encrypted(V2, ring), { from, upgrade: back, isOld: () => true });
    expect(make).toThrow("encrypt the upgraded type instead, as encrypted(upgraded(...), keys)");
  });

  it("has types", () => {
    const Typed = encrypted(json("shop/Typed", shape<{ a: 1 }>()), ring);
    const name: "shop/Typed.encrypted" = Typed.typename;
    expect(name).toBe("shop/Typed.encrypted");
  });
});
