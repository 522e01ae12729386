import { address, int, NonRetryableError, StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import { createGate } from "./support/gate.ts";
import { hosted, stores } from "./support/stores.ts";

function program() {
  const gate = createGate();
  const runs: string[] = [];
  const functions = new StatefulFunctions();
  const upper = functions.bind(
    "test/upper",
    { accepts: string, replies: string },
    (context, text) => {
      runs.push(text);
      if (text === "bad") throw new NonRetryableError("not this one");
      if (text !== "silent") context.reply(text.toUpperCase());
    },
  );
  const either = functions.bind(
    "test/either",
    { accepts: string, replies: [string, int] },
    (context, text) => context.reply(text === "" ? int.of(0) : string.of(text)),
  );
  const any = functions.bind("test/any", { accepts: string }, (context) =>
    context.reply(int.of(7)),
  );
  const slow = functions.bind(
    "test/slow",
    { accepts: string, replies: string },
    async (context, text) => {
      runs.push(text);
      await gate.pass();
      context.reply(`slow ${text}`);
    },
  );
  // Asks another function, and answers its caller when that one has answered.
  const asker = functions.bind(
    "test/asker",
    { accepts: string, replies: string, state: { whom: string } },
    (context, text) => {
      if (context.caller?.typename === upper.typename) {
        context.send(address("statefun/ingress", context.state.whom ?? ""), string.of(text));
      } else {
        context.state.whom = context.caller?.id;
        context.send(upper.at("1"), text);
      }
    },
  );
  return { functions, upper, either, any, slow, asker, gate, runs };
}

describe.each(stores)("calls on $name", (store) => {
  const host = hosted(store);

  it("of one key have one outcome, for all of them that still wait", async () => {
    const { functions, slow, gate, runs } = program();
    const runtime = await host.start(functions);
    const callers = [5, 0, 1, 2, 3, 4].map((at) => {
      const leaving = new AbortController();
      const options = { idempotencyKey: "one", signal: leaving.signal };
      return { at, leaving, answer: runtime.call(slow.at("1"), "x", options) };
    });
    await expect.poll(() => gate.arrivals).toBe(1);
    const isLeft = ({ at }: { readonly at: number }) => at === 5 || at === 2 || at === 4;
    for (const caller of callers.filter(isLeft)) {
      caller.leaving.abort(new Error("left"));
      await expect(caller.answer).rejects.toThrow("left");
    }
    gate.open();
    for (const { answer } of callers.filter((one) => !isLeft(one))) {
      expect(await answer).toBe("slow x");
    }
    expect(runs).toEqual(["x"]);
  });

  it("resolve with a bare reply, a tagged one or a message, as the function replies", async () => {
    const { functions, upper, either, any } = program();
    const runtime = await host.start(functions);
    expect(await runtime.call(upper.at("1"), "a")).toBe("A");
    const tagged = await runtime.call(either.at("1"), "b");
    expect([tagged.typename, tagged.value]).toEqual([string.typename, "b"]);
    expect((await runtime.call(either.at("1"), "")).value).toBe(0);
    expect((await runtime.call(any.at("1"), "x")).as(int)).toBe(7);
    expect(await runtime.call(any.at("1"), "x", { reply: int })).toBe(7);
    await expect(runtime.call(any.at("1"), "x", { reply: string })).rejects.toMatchObject({
      code: "message_undecodable",
    });
  });

  it("may be answered by another function than the called one", async () => {
    const { functions, asker } = program();
    const runtime = await host.start(functions);
    expect(await runtime.call(asker.at("1"), "hi")).toBe("HI");
  });

  it("end after their time, though the message is handled", async () => {
    const { functions, upper, runs } = program();
    const runtime = await host.start(functions);
    const call = runtime.call(upper.at("1"), "silent", { timeoutMs: 20 });
    await expect(call).rejects.toMatchObject({ code: "call_timeout" });
    await expect(call).rejects.toThrow('test/upper "1" did not answer within 20 ms');
    expect(runs).toEqual(["silent"]);
  });

  it("end with the error of the dead letter that their message became", async () => {
    const { functions, upper } = program();
    const runtime = await host.start(functions);
    const call = runtime.call(upper.at("1"), "bad", { idempotencyKey: "k" });
    await expect(call).rejects.toMatchObject({
      code: "dead_letter",
      cause: { code: "non_retryable", message: "not this one" },
    });
    const again = runtime.call(upper.at("1"), "bad", { idempotencyKey: "k" });
    await expect(again).rejects.toThrow("became a dead letter: non_retryable: not this one");
    expect(await runtime.deadLetters.list()).toHaveLength(1);
  });

  it("get the reply again under their key, also after a restart, and run nothing", async () => {
    const { functions, upper, runs } = program();
    let runtime = await host.start(functions);
    const key = { idempotencyKey: "k" };
    expect(await runtime.call(upper.at("1"), "a", key)).toBe("A");
    expect(await runtime.call(upper.at("1"), "a", key)).toBe("A");
    runtime = await host.start(functions);
    expect(await runtime.call(upper.at("1"), "a", key)).toBe("A");
    expect(runs).toEqual(["a"]);
  });

  it("wait together for one reply under one key", async () => {
    const { functions, slow, gate, runs } = program();
    const runtime = await host.start(functions);
    const key = { idempotencyKey: "k" };
    const calls = [1, 2, 3].map(() => runtime.call(slow.at("1"), "x", key));
    await expect.poll(() => gate.arrivals).toBe(1);
    calls.push(runtime.call(slow.at("1"), "x", key));
    gate.open();
    expect(await Promise.all(calls)).toEqual(Array(4).fill("slow x"));
    expect(runs).toEqual(["x"]);
  });

  it("that a restart cut off are answered under their key", async () => {
    const { functions, slow, gate, runs } = program();
    let runtime = await host.start(functions);
    const key = { idempotencyKey: "k" };
    const cut = runtime.call(slow.at("1"), "x", key).catch((error: unknown) => error);
    await expect.poll(() => gate.arrivals).toBe(1);
    await runtime.close({ drainMs: 0 });
    expect(await cut).toMatchObject({ code: "draining" });
    runtime = await host.start(functions);
    const again = runtime.call(slow.at("1"), "x", key);
    gate.open();
    expect(await again).toBe("slow x");
    // The first run was of a life that ended before it had an effect.
    expect(runs).toEqual(["x", "x"]);
  });

  it("end by their signal with its reason, and not the work", async () => {
    const { functions, slow, gate, runs } = program();
    const runtime = await host.start(functions);
    const controller = new AbortController();
    const call = runtime.call(slow.at("1"), "x", { signal: controller.signal });
    await expect.poll(() => gate.arrivals).toBe(1);
    controller.abort(new RangeError("enough"));
    await expect(call).rejects.toThrow(RangeError);
    gate.open();
    await runtime.idle();
    expect(runs).toEqual(["x"]);
    expect((await runtime.instance(slow.at("1"))).mailbox).toEqual([]);
  });

  it("by a signal that is aborted already send nothing", async () => {
    const { functions, upper, runs } = program();
    const runtime = await host.start(functions);
    const signal = AbortSignal.abort(new RangeError("before"));
    await expect(runtime.call(upper.at("1"), "a", { signal })).rejects.toThrow("before");
    await expect(runtime.send(upper.at("1"), "a", { signal })).rejects.toThrow("before");
    await runtime.idle();
    expect(runs).toEqual([]);
  });
});
