import { setTimeout as wait } from "node:timers/promises";
import { createRuntime, memoryStore } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { createGate } from "../engine/support/gate.ts";
import { refusal } from "../engine/support/refusal.ts";
import { hosted, stores } from "../engine/support/stores.ts";
import { collecting } from "./support/collecting.ts";
import { nowhere, receipts, shopFunctions, ways } from "./support/shop.ts";

const shopAt = (id: string) => ({ typename: "seen/shop", id });
const text = "io.statefun.types/string";
const subjects = stores.flatMap((store) => ways.map((way) => ({ ...store, ...way })));

describe.each(subjects)("an observer of $way handlers on $name", (subject) => {
  const host = hosted(subject);
  const start = async (options: Parameters<typeof host.start>[1] = {}) => {
    const seen = collecting();
    const { functions, shop } = shopFunctions(subject.isAsync);
    const runtime = await host.start(functions, { observer: seen.observer, ...options });
    return { seen, shop, runtime };
  };

  it("hears of what is accepted, and what came before", async () => {
    const { seen, shop, runtime } = await start();
    await runtime.send(shop.at("1"), "add");
    await runtime.send(shop.at("1"), "add", { idempotencyKey: "a" });
    await runtime.send(shop.at("1"), "add", { idempotencyKey: "a" });
    await runtime.call(shop.at("2"), "answer", { idempotencyKey: "b" });
    await runtime.call(shop.at("2"), "answer", { idempotencyKey: "b" });
    await runtime.send(shop.at("1"), "add", { delayMs: 5_000 });
    const one = { engine: "embedded", messageTypename: text, delayMs: 0, isDuplicate: false };
    expect(seen.of("accepted")).toEqual([
      { ...one, address: shopAt("1"), kind: "send" },
      { ...one, address: shopAt("1"), kind: "send" },
      { ...one, address: shopAt("1"), kind: "send", isDuplicate: true },
      { ...one, address: shopAt("2"), kind: "call" },
      { ...one, address: shopAt("2"), kind: "call", isDuplicate: true },
      { ...one, address: shopAt("1"), kind: "send", delayMs: 5_000 },
    ]);
    // Messages between functions are no messages from outside.
    seen.clear();
    await runtime.send(shop.at("1"), "tell 2");
    await runtime.idle();
    expect(seen.of("accepted")).toHaveLength(1);
  });

  it("hears of what is refused, and why", async () => {
    const gate = createGate();
    const seen = collecting();
    const { functions, shop } = shopFunctions(true, gate.pass);
    const options = { observer: seen.observer, limits: { maxMailbox: 1 } };
    const runtime = await host.start(functions, options);
    await runtime.send(shop.at("1"), "add", { idempotencyKey: "a" });
    expect((await refusal(() => runtime.send(shop.at("1"), "add"))).code).toBe("mailbox_full");
    await refusal(() => runtime.send(shop.at("1"), "other", { idempotencyKey: "a" }));
    await refusal(() => runtime.call(shop.at("1"), "answer"));
    gate.open();
    await runtime.close();
    await refusal(() => runtime.send(shop.at("1"), "add"));
    const one = { engine: "embedded", address: shopAt("1"), messageTypename: text };
    expect(seen.of("refused")).toEqual(
      ["mailbox_full", "idempotency_conflict", "mailbox_full", "draining"].map((code) => {
        return { ...one, code };
      }),
    );
    expect(seen.of("accepted")).toHaveLength(1);
  });

  it("hears of dead letters: of messages, and of records without an egress", async () => {
    const { seen, shop, runtime } = await start();
    await runtime.send(shop.at("1"), "fail");
    await runtime.send(shop.at("2"), "lose letter");
    await runtime.idle();
    const reason = "egress seen/nowhere is not bound";
    expect(seen.of("dead")).toEqual([
      {
        ...{ engine: "embedded", address: shopAt("1"), egress: undefined, messageTypename: text },
        ...{ code: "non_retryable", reason: "it was told to", attempts: 1 },
      },
      {
        ...{ engine: "embedded", address: shopAt("2"), egress: "seen/nowhere" },
        ...{ messageTypename: text, code: "unknown_egress", reason, attempts: 0 },
      },
    ]);
    // A replay that fails again is another one.
    const [letter] = await runtime.deadLetters.list({ typename: "seen/shop" });
    await runtime.deadLetters.replay(letter?.id ?? "");
    await runtime.idle();
    expect(seen.of("dead").map(({ code }) => code)).toEqual([
      ...["non_retryable", "unknown_egress", "non_retryable"],
    ]);
  });

  it("hears of timers that are set, fired and cancelled", async () => {
    const { seen, shop, runtime } = await start();
    await runtime.send(shop.at("1"), "later a");
    await runtime.send(shop.at("1"), "tomorrow b");
    await runtime.send(shop.at("1"), "cancel b");
    await runtime.send(shop.at("1"), "cancel unknown");
    await runtime.send(shop.at("2"), "add", { delayMs: 1 });
    await expect.poll(() => seen.of("timer")).toHaveLength(6);
    const heard = seen.of("timer").map(({ kind, address }) => `${kind} ${address.id}`);
    expect(heard.toSorted()).toEqual(
      ["set 1", "set 1", "cancelled 1", "set 2", "fired 1", "fired 2"].toSorted(),
    );
    for (const { kind, ms, engine } of seen.of("timer")) {
      expect(engine).toBe("embedded");
      if (kind === "cancelled") expect(ms).toBe(0);
      if (kind === "fired") expect(ms).toBeLessThan(5_000);
    }
    const set = seen.of("timer").filter(({ kind }) => kind === "set");
    expect(set.map(({ ms }) => ms)).toEqual([50, 86_400_000, 1]);
  });

  it("hears of records that are emitted and delivered, and of an egress that is down", async () => {
    let failures = 2;
    const deliver = async (): Promise<void> => {
      if (failures-- > 0) throw new Error("no");
      await wait(5);
    };
    const { seen, shop, runtime } = await start({ egresses: [receipts.to(deliver)] });
    await runtime.send(shop.at("1"), "emit hello");
    await expect.poll(() => seen.of("delivered")).toHaveLength(3);
    const emitted = { engine: "embedded", from: shopAt("1"), egress: "seen/receipts" };
    // A text in the format of StateFun: a tag and a length stand before it.
    expect(seen.of("emitted")).toEqual([{ ...emitted, bytes: 7 }]);
    const one = { engine: "embedded", egress: "seen/receipts", records: 1 };
    expect(seen.of("delivered")).toMatchObject([
      { ...one, error: new Error("no") },
      { ...one, error: new Error("no") },
      { ...one, error: undefined },
    ]);
    expect(seen.of("delivered")[2]?.durationMs).toBeGreaterThanOrEqual(4);
    await runtime.idle();
    const egress = { engine: "embedded", kind: "egress", name: "seen/receipts" };
    expect(seen.of("reachable")).toEqual([
      { ...egress, isUp: false, reason: "no" },
      { ...egress, isUp: true, reason: undefined },
    ]);
  });

  it("is not told again that a record was emitted which was a dead letter meanwhile", async () => {
    const { seen, shop, runtime } = await start();
    await runtime.send(shop.at("1"), "lose letter");
    await runtime.idle();
    expect(seen.of("emitted")).toHaveLength(1);
    const again = await start({ egresses: [nowhere.to(() => {})] });
    await again.runtime.idle();
    expect(again.seen.of("delivered")).toMatchObject([{ egress: "seen/nowhere", records: 1 }]);
    expect(again.seen.of("emitted")).toEqual([]);
    expect(again.seen.of("dead")).toEqual([]);
  });

  it("hears of windows: steps, rows and bytes", async () => {
    const { seen, shop, runtime } = await start();
    await runtime.idle();
    seen.clear();
    await runtime.send(shop.at("1"), "add");
    await runtime.idle();
    const windows = seen.of("committed");
    const sum = (of: "steps" | "rows" | "bytes") => windows.reduce((all, one) => all + one[of], 0);
    expect(sum("steps")).toBe(1);
    expect(sum("rows")).toBeGreaterThanOrEqual(1);
    expect(sum("bytes")).toBeGreaterThan("seen/shop1count".length);
    for (const { engine, durationMs } of windows) {
      expect(engine).toBe("embedded");
      expect(durationMs).toBeGreaterThanOrEqual(0);
    }
    seen.clear();
    await runtime.send(shop.at("1"), `add ${"x".repeat(10_000)}`, { delayMs: 60_000 });
    await expect.poll(() => seen.of("committed").some(({ bytes }) => bytes > 10_000)).toBe(true);
  });

  it("hears of the end, after all else, once", async () => {
    const { seen, shop, runtime } = await start();
    await runtime.send(shop.at("1"), "add");
    await runtime.close();
    await runtime.close();
    expect(seen.of("stopped")).toEqual([{ engine: "embedded", error: undefined }]);
    expect(seen.heard.at(-1)?.hook).toBe("stopped");
  });

  it("that writes to its events changes nothing", async () => {
    const seen = collecting((_, event) => spoil(event));
    const { functions, shop } = shopFunctions(subject.isAsync);
    const got: string[] = [];
    const runtime = await host.start(functions, {
      observer: seen.observer,
      egresses: [receipts.to((records) => void got.push(...records.map(({ value }) => value)))],
    });
    await runtime.send(shop.at("1"), "emit hello", { idempotencyKey: "a" });
    await runtime.send(shop.at("1"), "later a");
    await runtime.send(shop.at("1"), "fail");
    await runtime.send(shop.at("1"), "tell 2");
    await expect.poll(() => seen.of("timer")).toHaveLength(2);
    await runtime.idle();
    expect((await runtime.instance(shop.at("1"))).state.count).toBe(4);
    expect((await runtime.instance(shop.at("2"))).state.count).toBe(1);
    expect(got).toEqual(["hello"]);
    expect((await runtime.deadLetters.list()).map(({ address }) => address)).toMatchObject([
      shopAt("1"),
    ]);
    expect(host.errors.map((error) => Object(error).message)).toEqual(["it was told to"]);
  });
});

describe("an observer without hooks", () => {
  it("is not called, and is not there for the engine", async () => {
    const asked: string[] = [];
    const watched = new Proxy({}, { get: (_, name) => void asked.push(String(name)) });
    const { functions, shop } = shopFunctions(false);
    const runtime = await createRuntime({
      modules: [functions],
      store: memoryStore(),
      observer: watched,
    });
    const atStart = asked.length;
    await runtime.call(shop.at("1"), "answer");
    await runtime.close();
    expect(asked).toHaveLength(atStart);
  });
});

/** Writes to all that it finds. */
function spoil(value: unknown): void {
  if (typeof value !== "object" || value === null || value instanceof Error) return;
  for (const [name, part] of Object.entries(value)) {
    spoil(part);
    Reflect.set(value, name, typeof part === "string" ? "spoilt" : 99);
  }
}
