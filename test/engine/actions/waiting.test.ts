import { functionRef, StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../../src/engine/contract/engine.ts";
import { createGate } from "../support/gate.ts";
import { acting, actionStores, activity, eventually, order, sendText } from "./support.ts";

const a = { typename: "test/echo", id: "a" };

function echoing() {
  const control = {
    done: [] as string[],
    broken: new Set<string>(),
    gate: undefined as (() => Promise<void>) | undefined,
  };
  const functions = new StatefulFunctions();
  const options = { accepts: string, replies: string };
  functions.bind("test/echo", options, async (context, text) => {
    if (control.gate !== undefined) await control.gate();
    if (control.broken.has(text)) throw new Error(`broken by ${text}`);
    control.done.push(text);
    if (text === "ask") context.reply("answer");
  });
  return { functions, control };
}

const slow = { maxAttempts: 9, initialDelayMs: 60_000, maxDelayMs: 60_000 };

const headOf = (engine: Engine, address = a) =>
  engine.partition.mailboxes.find(address)?.mailbox.at(0)?.number ?? -1;

describe.each(actionStores)("the head of a mailbox, on %s,", (kind) => {
  const host = acting(kind);

  it("becomes a dead letter, and what is behind it runs at once", async () => {
    const { functions, control } = echoing();
    let engine = await host.start(functions, { retry: slow });
    control.broken.add("bad");
    for (const text of ["bad", "2", "3"]) await sendText(engine, a, text);
    await eventually(() => host.errors.length > 0);
    const number = headOf(engine);
    expect(await order(engine, { kind: "skip", address: a, number }, "k")).toMatchObject({
      count: 1,
    });
    await engine.idle();
    expect(control.done).toEqual(["2", "3"]);
    expect(engine.deadLetters(0, 9)).toMatchObject([
      { code: "discarded_by_operator", attempts: 1, target: a },
    ]);
    await host.crash();
    engine = await host.start(functions, { retry: slow });
    expect(await order(engine, { kind: "skip", address: a, number }, "k")).toMatchObject({
      isDuplicate: true,
    });
    expect(engine.deadLetters(0, 9)).toHaveLength(1);
  });

  it("is only skipped if it has the number that the operator saw", async () => {
    const { functions, control } = echoing();
    const engine = await host.start(functions, { retry: slow });
    await order(engine, { kind: "pause", ...a });
    for (const text of ["1", "2"]) await sendText(engine, a, text);
    const number = headOf(engine);
    const skip = (number: number, address = a) => order(engine, { kind: "skip", address, number });
    await expect(skip(number + 1)).rejects.toMatchObject({ code: "conflict" });
    await expect(skip(number, { ...a, id: "b" })).rejects.toMatchObject({ code: "conflict" });
    await skip(number);
    await expect(skip(number)).rejects.toMatchObject({ code: "conflict" });
    await order(engine, { kind: "resume", ...a });
    await engine.idle();
    expect(control.done).toEqual(["2"]);
  });

  it("is not skipped once it was handled: the step that runs has its end first", async () => {
    const { functions, control } = echoing();
    const engine = await host.start(functions);
    const gate = createGate();
    control.gate = gate.pass;
    await sendText(engine, a, "1");
    await eventually(() => gate.arrivals === 1);
    const skipped = order(engine, { kind: "skip", address: a, number: headOf(engine) });
    gate.open();
    await expect(skipped).rejects.toMatchObject({ code: "conflict" });
    expect(control.done).toEqual(["1"]);
    expect(engine.deadLetters(0, 9)).toEqual([]);
  });

  it("is skipped when its step has failed meanwhile", async () => {
    const { functions, control } = echoing();
    const engine = await host.start(functions, { retry: slow });
    const gate = createGate();
    control.gate = gate.pass;
    control.broken.add("bad");
    await sendText(engine, a, "bad");
    await eventually(() => gate.arrivals === 1);
    const skipped = order(engine, { kind: "skip", address: a, number: headOf(engine) });
    gate.open();
    expect(await skipped).toMatchObject({ count: 1 });
    expect(engine.deadLetters(0, 9)).toMatchObject([{ attempts: 1 }]);
  });

  it("of a call ends the call", async () => {
    const { functions } = echoing();
    const engine = await host.start(functions);
    await order(engine, { kind: "pause", ...a });
    const argument = { typename: string.typename, bytes: string.encode("ask"), headers: [] };
    const answered = new Promise((resolve) => {
      engine.call({ target: a, argument, idempotencyKey: undefined, delayMs: 0 }, resolve);
    });
    await engine.flush();
    await order(engine, { kind: "skip", address: a, number: headOf(engine) });
    expect(await answered).toMatchObject({ kind: "error", code: "discarded_by_operator" });
  });

  it("of a function that is not bound can be skipped too", async () => {
    const { functions } = echoing();
    const engine = await host.start(functions);
    const unbound = { typename: "test/unbound", id: "a" };
    await sendText(engine, unbound, "1");
    await order(engine, { kind: "skip", address: unbound, number: headOf(engine, unbound) });
    expect(engine.health()).toMatchObject({ pendingMessages: 0, parkedFunctions: [] });
  });
});

describe.each(actionStores)("a wait for the next try, on %s,", (kind) => {
  const host = acting(kind);

  it("ends when an operator says so, and the attempts stay", async () => {
    const { functions, control } = echoing();
    const retry = { ...slow, maxAttempts: 3 };
    const engine = await host.start(functions, { retry });
    control.broken.add("bad");
    await sendText(engine, a, "bad");
    for (let attempts = 1; attempts < 3; attempts++) {
      await eventually(() => host.errors.length === attempts);
      expect(await order(engine, { kind: "retry", address: a })).toMatchObject({ count: 1 });
    }
    await eventually(() => host.errors.length === 3);
    await engine.flush();
    expect(engine.deadLetters(0, 9)).toMatchObject([{ attempts: 3 }]);
    expect(await order(engine, { kind: "retry", address: a })).toMatchObject({ count: 0 });
    expect(activity(engine).map(({ action }) => action)).toEqual(["retry", "retry"]);
  });

  it("ends for a paused instance too, which does not run", async () => {
    const { functions, control } = echoing();
    const engine = await host.start(functions, { retry: slow });
    control.broken.add("bad");
    await sendText(engine, a, "bad");
    await eventually(() => host.errors.length === 1);
    await order(engine, { kind: "pause", ...a });
    await order(engine, { kind: "retry", address: a });
    control.broken.clear();
    await engine.idle();
    expect(control.done).toEqual([]);
    await order(engine, { kind: "resume", ...a });
    await engine.idle();
    expect(control.done).toEqual(["bad"]);
  });
});

describe.each(actionStores)("a timer, on %s,", (kind) => {
  const host = acting(kind);

  it("can be taken back, or fire now, once", async () => {
    const { functions, control } = echoing();
    let engine = await host.start(functions);
    const [first, second, third] = [
      await sendText(engine, a, "1", 60_000),
      await sendText(engine, a, "2", 60_000),
      await sendText(engine, a, "3", 60_000),
    ];
    await order(engine, { kind: "cancel-timer", number: first });
    await order(engine, { kind: "fire-timer", number: second }, "k");
    await engine.idle();
    expect(control.done).toEqual(["2"]);
    for (const number of [first, second, 1_000_000]) {
      for (const action of ["cancel-timer", "fire-timer"] as const) {
        await expect(order(engine, { kind: action, number })).rejects.toMatchObject({
          code: "conflict",
        });
      }
    }
    await host.crash();
    engine = await host.start(functions);
    expect(await order(engine, { kind: "fire-timer", number: second }, "k")).toMatchObject({
      isDuplicate: true,
    });
    await order(engine, { kind: "fire-timer", number: third });
    await engine.idle();
    expect(control.done).toEqual(["2", "3"]);
    expect(engine.partition.options.store.nextDue()).toBeUndefined();
  });

  it("is one of its sender and of its target: of no other instance it is taken back or fired", async () => {
    const { functions, control } = echoing();
    const sender = { typename: "test/sender", id: "s" };
    functions.bind("test/sender", { accepts: string }, (context, text) => {
      context.sendAfter(60_000, functionRef("test/echo", string).at("a"), text);
    });
    const engine = await host.start(functions);
    const timersOf = (address: typeof a) => {
      const { timers, options } = engine.partition;
      return options.store.timersOf(timers.ownerOf(address), 9).map(({ number }) => number);
    };
    for (const text of ["1", "2"]) await sendText(engine, sender, text);
    await engine.idle();
    const own = await sendText(engine, a, "3", 60_000);
    const all = [...timersOf(sender), own];
    expect(all).toHaveLength(3);
    const others = [
      { ...a, id: "b" },
      { ...a, typename: "test/sender" },
    ];
    for (const number of all) {
      for (const address of [...others, ...(number === own ? [sender] : [])]) {
        for (const kind of ["cancel-timer", "fire-timer"] as const) {
          const done = order(engine, { kind, number, address });
          await expect(done).rejects.toMatchObject({ code: "conflict" });
        }
      }
    }
    const [first = -1, second = -1] = all;
    await order(engine, { kind: "cancel-timer", number: first, address: sender });
    await order(engine, { kind: "fire-timer", number: second, address: a });
    await order(engine, { kind: "cancel-timer", number: own, address: a });
    await engine.idle();
    expect(control.done).toEqual(["2"]);
    expect(engine.partition.options.store.nextDue()).toBeUndefined();
  });

  it("that is due either fires or is taken back, never both", async () => {
    const { functions, control } = echoing();
    const engine = await host.start(functions);
    let [taken, fired] = [0, 0];
    for (let round = 0; round < 60; round++) {
      const number = await sendText(engine, a, String(round), 1);
      await new Promise((resolve) => setTimeout(resolve, round % 4));
      await order(engine, { kind: "cancel-timer", number }).then(
        () => taken++,
        (error) => {
          expect(error).toMatchObject({ code: "conflict" });
          fired++;
        },
      );
    }
    await eventually(() => engine.partition.options.store.nextDue() === undefined);
    await engine.idle();
    expect(control.done).toHaveLength(fired);
    expect(taken + fired).toBe(60);
  });

  it("can be taken back in the window that sets it", async () => {
    const { functions, control } = echoing();
    const engine = await host.start(functions);
    // A token of this number: the next one that is given.
    const sent = sendText(engine, a, "1", 5);
    const number = engine.partition.journal.nextNumber() - 1;
    const cancelled = order(engine, { kind: "cancel-timer", number });
    expect([await sent, (await cancelled).count]).toEqual([number, 1]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await engine.idle();
    expect(control.done).toEqual([]);
  });
});
