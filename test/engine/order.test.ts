import { address, functionRef, int, StatefulFunctions, string } from "statefun";
import type { Runtime } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { createGate } from "./support/gate.ts";
import { hosted, stores } from "./support/stores.ts";

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const sink = functionRef("test/sink", [string, int]);

/** Writes down what it gets, in order; of a function, with who sent it. */
function sinkFunctions(): StatefulFunctions {
  const functions = new StatefulFunctions("sink");
  functions.implement(
    sink,
    { state: { log: { type: string, initial: "" } } },
    (context, { value }) => {
      context.state.log += `${context.caller?.id ?? ""}${value} `;
    },
  );
  return functions;
}

async function logOf(runtime: Runtime, id: string): Promise<string[]> {
  const { state } = await runtime.instance(address("test/sink", id));
  return String(Object(state).log).trim().split(" ");
}

describe.each(stores)("order on $name", (store) => {
  const host = hosted(store);

  it("keeps what comes from outside in order of its sending, receipts awaited or not", async () => {
    const runtime = await host.start(sinkFunctions());
    await Promise.all(numbers(200).map((n) => runtime.send(sink.at("1"), int.of(n))));
    for (const n of numbers(5)) await runtime.send(sink.at("1"), int.of(200 + n));
    await runtime.idle();
    const log = await logOf(runtime, "1");
    expect(log.map(Number)).toEqual(numbers(205));
  });

  it("keeps what each of many senders sends to one target in order of its sending", async () => {
    const senders = new StatefulFunctions("senders");
    const sender = senders.bind("test/sender", { accepts: int }, async (context, n) => {
      if (n % 3 === 0) await new Promise((resolve) => setTimeout(resolve, n % 2));
      context.send(sink.at("all"), string.of(`:${2 * n}`));
      context.send(sink.at("all"), string.of(`:${2 * n + 1}`));
    });
    const runtime = await host.start([senders, sinkFunctions()]);
    const ids = ["a", "b", "c", "d"];
    for (const n of numbers(30)) await Promise.all(ids.map((id) => runtime.send(sender.at(id), n)));
    await runtime.idle();
    const log = await logOf(runtime, "all");
    for (const id of ids) {
      const own = log.filter((entry) => entry.startsWith(`${id}:`));
      expect(own).toEqual(numbers(60).map((n) => `${id}:${n}`));
    }
  });

  it("lets a message that fails block those behind it, and nobody else", async () => {
    const done: string[] = [];
    let isBroken = true;
    const functions = new StatefulFunctions();
    const ref = functions.bind("test/head", { accepts: string }, (context, text) => {
      if (text === "head" && isBroken) throw new Error("not yet");
      done.push(`${context.self.id}: ${text}`);
    });
    const runtime = await host.start(functions, { retry: { maxAttempts: 100, maxDelayMs: 5 } });
    for (const text of ["head", "second", "third"]) await runtime.send(ref.at("1"), text);
    await runtime.send(ref.at("2"), "neighbour");
    await expect.poll(() => host.errors.length).toBeGreaterThan(2);
    expect(done).toEqual(["2: neighbour"]);
    isBroken = false;
    await expect.poll(() => done.length).toBe(4);
    expect(done.slice(1)).toEqual(["1: head", "1: second", "1: third"]);
  });

  it("lets what is behind a dead letter go on", async () => {
    const done: string[] = [];
    const functions = new StatefulFunctions();
    const ref = functions.bind("test/hole", { accepts: string }, (_, text) => {
      if (text === "bad") throw new Error("never");
      done.push(text);
    });
    const runtime = await host.start(functions);
    for (const text of ["a", "bad", "b"]) await runtime.send(ref.at("1"), text);
    await expect.poll(() => done).toEqual(["a", "b"]);
    expect(await runtime.deadLetters.list()).toHaveLength(1);
  });

  it("commits what a batch did before the message that fails, and runs none of it again", async () => {
    const gate = createGate();
    const runs: string[] = [];
    const functions = new StatefulFunctions();
    const state = { log: { type: string, initial: "" } };
    const ref = functions.bind("test/prefix", { accepts: string, state }, async (context, text) => {
      if (text === "wait") await gate.pass();
      runs.push(text);
      context.state.log += text;
      context.send(sink.at("1"), string.of(text));
      if (text === "c") throw new Error("never");
    });
    const runtime = await host.start([functions, sinkFunctions()]);
    await runtime.send(ref.at("1"), "wait");
    // These come together into one batch.
    await Promise.all(["a", "b", "c", "d"].map((text) => runtime.send(ref.at("1"), text)));
    gate.open();
    await expect.poll(() => runs.at(-1)).toBe("d");
    await runtime.idle();
    expect(runs).toEqual(["wait", "a", "b", "c", "c", "c", "d"]);
    expect((await runtime.instance(ref.at("1"))).state.log).toBe("waitabd");
    const seen = await logOf(runtime, "1");
    expect(seen).toEqual(["1wait", "1a", "1b", "1d"]);
  });

  it("runs one message of an instance at a time, and instances beside each other", async () => {
    const gate = createGate();
    let running = 0;
    const most = new Map<string, number>();
    const functions = new StatefulFunctions();
    const ref = functions.bind("test/one", { accepts: int }, async ({ self }) => {
      most.set(self.id, (most.get(self.id) ?? 0) + 1);
      running++;
      await gate.pass();
    });
    const runtime = await host.start(functions);
    for (const id of ["a", "b", "c"]) {
      await runtime.send(ref.at(id), 1);
      await runtime.send(ref.at(id), 2);
    }
    await expect.poll(() => running).toBe(3);
    expect([...most.values()]).toEqual([1, 1, 1]);
    gate.open();
    await runtime.idle();
    expect(running).toBe(6);
  });
});
