import { StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../../src/engine/contract/engine.ts";
import { memoryStore } from "../../../src/store/memory/memory-store.ts";
import { engineStoreOf } from "../../../src/store/store-handle.ts";
import { createGate } from "../support/gate.ts";
import { startPartition } from "../support/partition.ts";
import {
  acting,
  actionStores,
  activity,
  eventually,
  soon,
  order,
  sendText,
  textValue,
} from "./support.ts";

const a = { typename: "test/echo", id: "a" };
const b = { typename: "test/echo", id: "b" };
const whole = { typename: "test/echo" };

/** Writes down what it handles. */
function echoing() {
  const control = {
    done: [] as string[],
    fails: 0,
    gate: undefined as (() => Promise<void>) | undefined,
  };
  const functions = new StatefulFunctions();
  functions.bind(
    "test/echo",
    { accepts: string, state: { last: string } },
    async (context, text) => {
      if (control.gate !== undefined) await control.gate();
      if (control.fails-- > 0) throw new Error("not now");
      context.state.last = text;
      control.done.push(text);
    },
  );
  functions.bind("test/other", { accepts: string }, (_, text) => void control.done.push(text));
  return { functions, control };
}

const sendAll = async (engine: Engine, target: typeof a, texts: readonly string[]) => {
  for (const text of texts) await sendText(engine, target, text);
};

describe.each(actionStores)("a pause, on %s,", (kind) => {
  const host = acting(kind);

  it("of an instance lets its messages wait in order, and nobody else's", async () => {
    const { functions, control } = echoing();
    const engine = await host.start(functions);
    expect(await order(engine, { kind: "pause", ...a })).toEqual({ count: 1, isDuplicate: false });
    await sendAll(engine, a, ["1", "2", "3"]);
    await sendAll(engine, b, ["x"]);
    await engine.idle();
    expect(control.done).toEqual(["x"]);
    expect(engine.pending()).toBe(0);
    expect(engine.health()).toMatchObject({
      pendingMessages: 3,
      pausedFunctions: [{ typename: "test/echo", isWhole: false, instances: 1, waiting: 3 }],
    });
    await order(engine, { kind: "resume", ...a });
    await engine.idle();
    expect(control.done).toEqual(["x", "1", "2", "3"]);
    expect(engine.health()).toMatchObject({ pendingMessages: 0, pausedFunctions: [] });
    expect(engine.paused()).toEqual([]);
  });

  it("of a function holds all its instances, and outlives crashes and restarts", async () => {
    const { functions, control } = echoing();
    let engine = await host.start(functions);
    await order(engine, { kind: "pause", ...whole });
    await sendAll(engine, a, ["1", "2"]);
    await sendAll(engine, b, ["3"]);
    for (const end of ["crash", "close"]) {
      if (end === "crash") await host.crash();
      engine = await host.start(functions);
      await sendAll(engine, a, [`after ${end}`]);
      await engine.idle();
      expect(control.done).toEqual([]);
      expect(engine.paused()).toMatchObject([
        { typename: "test/echo", id: undefined, who: "operator", why: "because" },
      ]);
      expect(engine.health().pausedFunctions).toMatchObject([{ isWhole: true, instances: 0 }]);
    }
    await order(engine, { kind: "resume", ...whole });
    await engine.idle();
    expect(control.done.filter((text) => text !== "3")).toEqual([
      ...["1", "2", "after crash", "after close"],
    ]);
    engine = await host.start(functions);
    expect(engine.paused()).toEqual([]);
  });

  it("keeps its number of crashes and blocks no other suspect", async () => {
    const { functions, control } = echoing();
    let engine = await host.start(functions);
    await order(engine, { kind: "pause", ...a });
    await sendAll(engine, a, ["paused"]);
    await sendAll(engine, b, []);
    for (let lives = 0; lives < 10; lives++) {
      await host.crash();
      engine = await host.start(functions);
      const other = { typename: "test/other", id: String(lives) };
      await sendText(engine, other, String(lives));
      await soon(() => control.done.includes(String(lives)));
    }
    expect(engine.deadLetters(0, 10)).toEqual([]);
    await order(engine, { kind: "resume", ...a });
    await eventually(() => control.done.includes("paused"));
  });

  it("of a suspect counts no further crash, and lets other suspects run", async () => {
    const { functions, control } = echoing();
    const gate = createGate();
    control.gate = gate.pass;
    // A run that holds an end against whatever ran.
    const begin = () => host.start(functions, {}, { random: () => 0 });
    let engine = await begin();
    await sendAll(engine, a, ["a"]);
    await sendAll(engine, b, ["b"]);
    const crashesOf = (address: typeof a) =>
      engine.partition.mailboxes.find(address)?.mailbox.at(0)?.crashes ?? -1;
    /** Ends it, and begins again; until something runs. */
    const again = async () => {
      const { arrivals } = gate;
      await host.crash();
      engine = await begin();
      await soon(() => gate.arrivals > arrivals);
    };
    await eventually(() => gate.arrivals === 2);
    // The suspects run one by one.
    while (Math.min(crashesOf(a), crashesOf(b)) < 2) await again();
    await order(engine, { kind: "pause", ...a });
    await again();
    const [before, other] = [crashesOf(a), crashesOf(b)];
    for (let lives = 0; lives < 3; lives++) {
      // The other one runs at once, and alone is blamed.
      await again();
      expect(crashesOf(a)).toBe(before);
    }
    expect(crashesOf(b)).toBe(other + 3);
    gate.open();
    await eventually(() => control.done.includes("b"));
    expect(control.done).toEqual(["b"]);
    await order(engine, { kind: "resume", ...a });
    await eventually(() => control.done.includes("a"));
    expect(engine.deadLetters(0, 9)).toEqual([]);
  });

  it("lets the step that runs end, with its effects, and starts no other", async () => {
    const { functions, control } = echoing();
    const engine = await host.start(functions);
    const gate = createGate();
    control.gate = gate.pass;
    await sendAll(engine, a, ["1"]);
    await eventually(() => gate.arrivals === 1);
    await sendAll(engine, a, ["2", "3"]);
    await order(engine, { kind: "pause", ...a });
    gate.open();
    await engine.idle();
    expect(control.done).toEqual(["1"]);
    await order(engine, { kind: "resume", ...a });
    await engine.idle();
    expect(control.done).toEqual(["1", "2", "3"]);
  });

  it("lets timers fire into the mailbox", async () => {
    const { functions, control } = echoing();
    const engine = await host.start(functions);
    await order(engine, { kind: "pause", ...a });
    await sendText(engine, a, "late", 5);
    await eventually(() => engine.health().pendingMessages === 1);
    await engine.idle();
    expect(control.done).toEqual([]);
    await order(engine, { kind: "resume", ...a });
    await engine.idle();
    expect(control.done).toEqual(["late"]);
  });

  it("leaves a wait for the next try as it is", async () => {
    const { functions, control } = echoing();
    const retry = { maxAttempts: 3, initialDelayMs: 300, maxDelayMs: 300 };
    const engine = await host.start(functions, { retry });
    control.fails = 1;
    await sendAll(engine, a, ["1"]);
    await eventually(() => host.errors.length === 1);
    const failedAt = performance.now();
    await order(engine, { kind: "pause", ...a });
    await order(engine, { kind: "resume", ...a });
    await eventually(() => control.done.length === 1);
    expect(performance.now() - failedAt).toBeGreaterThan(140);
  });

  it("is done once, and its key undoes no resume", async () => {
    const { functions, control } = echoing();
    const engine = await host.start(functions);
    await order(engine, { kind: "pause", ...a }, "k");
    expect(await order(engine, { kind: "pause", ...a }, "again")).toMatchObject({ count: 0 });
    await order(engine, { kind: "resume", ...a });
    expect(await order(engine, { kind: "pause", ...a }, "k")).toEqual({
      count: 1,
      isDuplicate: true,
    });
    expect(await order(engine, { kind: "pause", ...a }, "again")).toEqual({
      count: 0,
      isDuplicate: true,
    });
    await sendAll(engine, a, ["1"]);
    await engine.idle();
    expect(control.done).toEqual(["1"]);
    expect(activity(engine).map(({ action }) => action)).toEqual(["pause", "resume"]);
  });

  it("of an instance stays when that of its function ends", async () => {
    const { functions, control } = echoing();
    const engine = await host.start(functions);
    await order(engine, { kind: "pause", ...a });
    await order(engine, { kind: "pause", ...whole });
    await sendAll(engine, a, ["a"]);
    await sendAll(engine, b, ["b"]);
    expect(engine.health().pausedFunctions).toMatchObject([
      { isWhole: true, instances: 1, waiting: 2 },
    ]);
    await order(engine, { kind: "resume", ...whole });
    await engine.idle();
    expect(control.done).toEqual(["b"]);
    expect(engine.health().pausedFunctions).toMatchObject([
      { isWhole: false, instances: 1, waiting: 1 },
    ]);
    await order(engine, { kind: "resume", ...a });
    await engine.idle();
    expect(control.done).toEqual(["b", "a"]);
  });

  it("is not waited for at a close", async () => {
    const { functions } = echoing();
    const engine = await host.start(functions);
    await order(engine, { kind: "pause", ...whole });
    await sendAll(engine, a, ["1"]);
    // Longer than this test may take.
    await engine.close(600_000);
  });
});

describe("a paused instance", () => {
  const host = acting("memory");

  it("leaves the place that it waited for to others of its function", async () => {
    const gates: (() => void)[] = [];
    const done: string[] = [];
    const functions = new StatefulFunctions();
    functions.bind("test/slow", { accepts: string }, async (context, text) => {
      if (text === "hang") await new Promise<void>((resolve) => gates.push(resolve));
      done.push(context.self.id);
    });
    const engine = await host.start(functions);
    const at = (id: string) => ({ typename: "test/slow", id });
    // As many steps of one function as may wait.
    const all = Array.from({ length: 1_000 }, (_, index) =>
      sendText(engine, at(`h${index}`), "hang"),
    );
    await Promise.all(all);
    await eventually(() => gates.length === 1_000);
    for (const id of ["x", "y", "z"]) await sendText(engine, at(id), id);
    expect(engine.health().busyFunctions).toMatchObject([{ waiting: 3 }]);
    await order(engine, { kind: "pause", ...at("x") });
    gates.pop()?.();
    await eventually(() => done.includes("y") && done.includes("z"));
    expect(done).not.toContain("x");
    await order(engine, { kind: "resume", ...at("x") });
    gates.pop()?.();
    await eventually(() => done.includes("x"));
    for (const end of gates.splice(0)) end();
    await engine.idle();
    expect(done).toHaveLength(1_003);
  });
});

describe("what comes for a paused function", () => {
  const host = acting("memory");

  it("is taken from a source as far as one mailbox has room, whatever the number of instances", async () => {
    const { functions, control } = echoing();
    const engine = await host.start(functions);
    await order(engine, { kind: "pause", ...whole });
    const batch = (from: number, count: number) => ({
      source: "s",
      position: String(from + count),
      messages: Array.from({ length: count }, (_, index) => ({
        target: { typename: "test/echo", id: String(from + index) },
        argument: textValue("x"),
      })),
    });
    engine.ingest(batch(0, 9_000), () => {});
    expect(() => engine.ingest(batch(9_000, 2_000), () => {})).toThrow(
      expect.objectContaining({ code: "mailbox_full" }),
    );
    engine.ingest(
      {
        ...batch(0, 1),
        messages: [{ target: { typename: "test/other", id: "a" }, argument: textValue("y") }],
      },
      () => {},
    );
    await engine.flush();
    await engine.idle();
    expect(control.done).toEqual(["y"]);
    await order(engine, { kind: "resume", ...whole });
    engine.ingest(batch(9_000, 2_000), () => {});
    await engine.flush();
    await engine.idle();
    expect(control.done).toHaveLength(11_001);
  });
});

describe("an action about an instance of another partition", () => {
  it("is refused, and nothing is stored of it", async () => {
    const { functions } = echoing();
    const engine = await startPartition({
      functions,
      store: engineStoreOf(memoryStore()),
      placement: ({ id }) => (id === "far" ? "there" : "here"),
    });
    const far = { typename: "test/echo", id: "far" };
    const value = textValue("x");
    for (const action of [
      { kind: "pause", ...far },
      { kind: "set-state", address: far, name: "last", value, ifMatch: "" },
      { kind: "delete-instance", address: far, withTimers: true },
    ] as const) {
      await expect(order(engine, action)).rejects.toMatchObject({ code: "invalid_argument" });
    }
    expect(engine.paused()).toEqual([]);
    expect(await order(engine, { kind: "pause", ...a })).toMatchObject({ count: 1 });
    await engine.close(0);
  });
});
