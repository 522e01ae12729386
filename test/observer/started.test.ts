import { setTimeout as wait } from "node:timers/promises";
import type { EngineLook, Observer } from "statefun";
import { createRuntime, memoryStore } from "statefun/runtime";
import { createTestRuntime } from "statefun/testing";
import { describe, expect, it, vi } from "vitest";
import { others } from "../../src/host/admin/bounded-names.ts";
import { byName } from "../../src/host/admin/waiting-counts.ts";
import { createGate } from "../engine/support/gate.ts";
import { type Faults, refusingStore } from "../engine/support/refusing-store.ts";
import { hosted, stores } from "../engine/support/stores.ts";
import { collecting } from "./support/collecting.ts";
import { receipts, shopFunctions } from "./support/shop.ts";

const loaded = vi.hoisted(() => ({ times: 0 }));
vi.mock("../../src/host/engine-looks.ts", async (original) => {
  loaded.times++;
  return original();
});

/** Looks of all lives, in order. */
function looking() {
  const looks: (() => Promise<EngineLook | undefined>)[] = [];
  const observer: Observer = { started: ({ look }) => void looks.push(look) };
  return { looks, observer };
}

const empty = { typename: "seen/shop", waiting: 0, oldestMs: 0, running: 0 };

describe("an engine that nobody asks", () => {
  it("loads and counts nothing for it", async () => {
    const { functions, shop } = shopFunctions(false);
    const observer: Observer = { accepted: () => {}, stopped: () => {} };
    const runtime = await createRuntime({ modules: [functions], observer });
    await runtime.call(shop.at("1"), "answer");
    await runtime.close();
    expect(loaded.times).toBe(0);
  });
});

describe.each(stores)("the hook started on $name", (store) => {
  const host = hosted(store);

  it("is called once for each run, before what comes in", async () => {
    const seen = collecting();
    const { functions, shop } = shopFunctions(false);
    for (const lives of [1, 2]) {
      const runtime = await host.start(functions, { observer: seen.observer });
      await runtime.call(shop.at("1"), "answer");
      await runtime.close();
      expect(seen.of("started")).toHaveLength(lives);
    }
    const [first] = seen.of("started");
    expect(first).toEqual({ engine: "embedded", look: expect.any(Function) });
    const order = seen.heard.map(({ hook }) => hook);
    const ends = order.filter((hook) => ["started", "accepted", "stopped"].includes(hook));
    expect(ends).toEqual(["started", "accepted", "stopped", "started", "accepted", "stopped"]);
  });

  it("gives what waits, also of an earlier run, until the end", async () => {
    const gate = createGate();
    const { looks, observer } = looking();
    const { functions, shop } = shopFunctions(true, gate.pass);
    let isUp = false;
    const deliver = async (): Promise<void> => {
      if (!isUp) throw new Error("down");
    };
    const options = {
      observer,
      egresses: [receipts.to(deliver)],
      retry: { maxAttempts: 99, initialDelayMs: 5, maxDelayMs: 5 },
    };
    const first = await host.start(functions, options);
    const look = looks[0] ?? (async () => undefined);
    expect(await look()).toEqual({
      functions: [empty],
      egresses: [{ typename: "seen/receipts", backlog: 0 }],
      timers: 0,
      deadLetters: 0,
    });
    gate.open();
    await first.call(shop.at("1"), "answer");
    await first.send(shop.at("2"), "fail");
    await first.send(shop.at("1"), "emit one");
    await first.send(shop.at("3"), "emit two");
    await first.send(shop.at("1"), "add", { delayMs: 60_000 });
    await first.send(shop.at("4"), "add", { delayMs: 60_000 });
    const backlog = [{ typename: "seen/receipts", backlog: 2 }];
    const there = { egresses: backlog, timers: 2, deadLetters: 1 };
    await expect.poll(look).toEqual({ functions: [empty], ...there });
    await first.close({ drainMs: 0 });
    expect(await look()).toBeUndefined();

    const shut = createGate();
    const again = shopFunctions(true, shut.pass);
    const second = await host.start(again.functions, options);
    expect(looks).toHaveLength(2);
    for (const id of ["5", "5", "6"]) await second.send(again.shop.at(id), "add");
    const later = looks[1] ?? look;
    await expect.poll(later).toMatchObject({ functions: [{ waiting: 3, running: 2 }], ...there });
    await expect.poll(async () => (await later())?.functions[0]?.oldestMs).toBeGreaterThan(20);
    // Those who ask at one time share an answer.
    const [one, other] = await Promise.all([later(), later()]);
    expect(one).toBe(other);
    isUp = true;
    shut.open();
    await second.idle();
    const left = { functions: [empty], egresses: [{ ...backlog[0], backlog: 0 }] };
    await expect.poll(later).toEqual({ ...left, timers: 2, deadLetters: 1 });
    const asked = later();
    await second.close();
    // The engine has ended while somebody asked, or just after.
    await asked;
    expect(await Promise.all([later(), look()])).toEqual([undefined, undefined]);
  });
});

describe("the hook started", () => {
  it("that throws is reported once, and changes nothing", async () => {
    const errors: unknown[] = [];
    const observer: Observer = {
      started: () => {
        throw new Error("thrown");
      },
    };
    const { functions, shop } = shopFunctions(false);
    const onError = (error: unknown): void => void errors.push(error);
    const runtime = await createRuntime({ modules: [functions], observer, onError });
    expect(await runtime.call(shop.at("1"), "answer")).toBe(1);
    await runtime.close();
    expect(errors.map(String)).toEqual(["Error: thrown"]);
  });

  it("leaves the timers that another hook hears of as they are", async () => {
    const seen = collecting();
    const { functions, shop } = shopFunctions(false);
    const runtime = await createTestRuntime(functions, { observer: seen.observer });
    await runtime.send(shop.at("1"), "later a");
    await runtime.send(shop.at("1"), "tomorrow b");
    await runtime.send(shop.at("1"), "cancel b");
    const [{ look } = { look: async () => undefined }] = seen.of("started");
    expect((await look())?.timers).toBe(1);
    await runtime.advance(60_000);
    expect((await look())?.timers).toBe(0);
    expect(seen.of("timer").map(({ kind }) => kind)).toEqual(["set", "set", "cancelled", "fired"]);
    await runtime.close();
  });

  it("is called again after a crash, and the run before has nothing to say", async () => {
    const { looks, observer } = looking();
    const { functions, shop } = shopFunctions(false);
    const runtime = await createTestRuntime(functions, { observer });
    await runtime.send(shop.at("1"), "add", { delayMs: 5_000 });
    expect(looks).toHaveLength(1);
    await runtime.crash();
    await runtime.call(shop.at("1"), "answer");
    expect(looks).toHaveLength(2);
    const found = await Promise.all(looks.map((look) => look()));
    expect(found).toMatchObject([undefined, { functions: [empty], timers: 1 }]);
    await runtime.close();
  });
});

describe("a look into an engine whose store is in trouble", () => {
  async function refusing(faults: Faults) {
    const { looks, observer } = looking();
    const { functions, shop } = shopFunctions(false);
    const store = refusingStore(memoryStore(), faults);
    const onError = (): void => {};
    const runtime = await createRuntime({ modules: [functions], store, observer, onError });
    const look = looks[0] ?? (async () => undefined);
    return { runtime, shop, look };
  }

  it("rejects while it cannot be read, and not for ever", async () => {
    const faults: Faults = {};
    const { runtime, look } = await refusing(faults);
    faults.read = new Error("no disk");
    await expect(look()).rejects.toThrow("no disk");
    delete faults.read;
    expect(await look()).toMatchObject({ functions: [empty], timers: 0 });
    await runtime.close();
  });

  it("waits while it cannot be written, unless somebody looked before", async () => {
    const faults: Faults = {};
    const { runtime, shop, look } = await refusing(faults);
    const { runtime: other, shop: there, look: known } = await refusing(faults);
    await known();
    faults.commit = new Error("disk full");
    const sent = [runtime.send(shop.at("1"), "add"), other.send(there.at("1"), "add")];
    const early = look();
    expect(await Promise.race([early, wait(50, "waits")])).toBe("waits");
    expect(await known()).toMatchObject({ functions: [{ typename: "seen/shop" }], timers: 0 });
    delete faults.commit;
    expect(await early).toMatchObject({ deadLetters: 0 });
    await Promise.allSettled(sent);
    await Promise.all([runtime.close(), other.close()]);
  });

  it("has nothing to say once it has failed, also where it was asked before", async () => {
    const faults: Faults = {};
    const { runtime, shop, look } = await refusing(faults);
    faults.durable = new Error("the disk is gone");
    const sent = runtime.send(shop.at("1"), "add");
    const early = look();
    await expect(sent).rejects.toThrow();
    await runtime.closed.catch(() => {});
    expect(await early).toBeUndefined();
    expect(await look()).toBeUndefined();
    await runtime.close().catch(() => {});
  });
});

describe("names of what waits", () => {
  it("that are not of the application are at most a thousand", () => {
    const one = { messages: 2, running: 1 };
    const waiting = new Map(
      Array.from({ length: 1_500 }, (_, index) => [`x/${index}`, { ...one, oldest: index + 1 }]),
    );
    const found = byName(waiting, ["a/own", "x/1499"]);
    expect(found).toHaveLength(1_001);
    const of = new Map(found);
    expect(of.get("a/own")).toBeUndefined();
    expect(of.get("x/1499")).toEqual({ ...one, oldest: 1_500 });
    // 1,500 without the own one, and without the first 998.
    expect(of.get(others)).toEqual({ messages: 1_002, running: 501, oldest: 999 });
  });
});
