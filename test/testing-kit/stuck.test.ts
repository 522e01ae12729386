import { int, StatefulFunctions, string } from "statefun";
import { createTestRuntime, type TestOptions } from "statefun/testing";
import { describe, expect, it } from "vitest";

const quick: TestOptions = { patienceMs: 200 };
const stuck = { code: "timed_out" };

function program() {
  const functions = new StatefulFunctions();
  const waiter = functions.bind("test/waiter", { accepts: string }, async ({ signal }) => {
    await new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  });
  const retried = functions.bind("test/retried", { accepts: string, replies: int }, () => {
    throw new Error("not yet");
  });
  const silent = functions.bind("test/silent", { accepts: string, replies: int }, () => {});
  const endless = functions.bind("test/endless", { accepts: int }, (context, count) => {
    context.send(endless.at(context.self.id), count + 1);
  });
  const spinning = functions.bind("test/spinning", { accepts: int }, (context, count) => {
    context.sendAfter(0, spinning.at(context.self.id), count + 1);
  });
  return { functions, waiter, retried, silent, endless, spinning };
}

describe("a handler that waits for what does not come", () => {
  const text =
    'the handler of test/waiter "1" has not settled for 200 ms of real time, while the clock stands at 2020-01-01T00:00:00.000Z; its batch times out at 2020-01-01T00:00:55.000Z';

  it("ends a send with its name and its deadline", async () => {
    const { functions, waiter } = program();
    await using runtime = await createTestRuntime(functions, quick);
    const sending = runtime.send(waiter.at("1"), "x");
    await expect(sending).rejects.toMatchObject(stuck);
    await expect(sending).rejects.toThrow(text);
  });

  it.each(["advance", "idle"] as const)("ends %s, which moves no clock", async (what) => {
    const { functions, waiter } = program();
    await using runtime = await createTestRuntime(functions, quick);
    const sending = runtime.send(waiter.at("1"), "x").catch((error: unknown) => error);
    const waits = {
      advance: () => runtime.advance(86_400_000),
      idle: () => runtime.idle(),
    };
    await expect(waits[what]()).rejects.toThrow(text);
    expect(await sending).toMatchObject(stuck);
    expect(runtime.now()).toBe(Date.UTC(2020));
    expect(await runtime.deadLetters.list()).toEqual([]);
  });

  it("times out when the clock is moved while it runs, and not a moment before", async () => {
    const { functions, waiter } = program();
    const errors: unknown[] = [];
    await using runtime = await createTestRuntime(functions, {
      retry: { maxAttempts: 1 },
      onError: (error) => void errors.push(error),
    });
    const sending = runtime.send(waiter.at("1"), "x");
    await runtime.advance(54_999, { whileRunning: true });
    expect(errors).toEqual([]);
    await runtime.advance(1, { whileRunning: true });
    await sending;
    expect(errors).toMatchObject([stuck]);
    expect(await runtime.deadLetters.list()).toMatchObject([{ error: stuck }]);
  });
});

describe("a call that only the clock can end", () => {
  it.each(["retried", "silent"] as const)("ends with what is due next: %s", async (name) => {
    const { functions, [name]: ref } = program();
    await using runtime = await createTestRuntime(functions, quick);
    const calling = runtime.call(ref.at("1"), "x");
    await expect(calling).rejects.toMatchObject(stuck);
    await expect(calling).rejects.toThrow(
      `a call to test/${name} "1" is not answered while the clock stands at 2020-01-01T00:00:00.000Z`,
    );
    await expect(calling).rejects.toThrow(/the next event is due at 2020-01-01T00:00:\d\d/);
  });

  it("ends as it should when the clock is moved", async () => {
    const { functions, retried, silent } = program();
    await using runtime = await createTestRuntime(functions, { retry: { maxAttempts: 2 } });
    const failing = runtime.call(retried.at("1"), "x").catch((error: unknown) => error);
    const waiting = runtime.call(silent.at("1"), "x").catch((error: unknown) => error);
    await runtime.advance(30_000);
    expect(await failing).toMatchObject({ code: "dead_letter" });
    expect(await waiting).toMatchObject({ code: "call_timeout" });
  });
});

describe("messages without end", () => {
  it.each(["endless", "spinning"] as const)("stop the runtime after maxSteps: %s", async (name) => {
    const { functions, [name]: ref } = program();
    await using runtime = await createTestRuntime(functions, { maxSteps: 5_000 });
    const sending = runtime.send(ref.at("1"), 0);
    await expect(sending).rejects.toMatchObject({ code: "limit_exceeded" });
    await expect(sending).rejects.toThrow(
      `5000 batches have run while the clock stands at 2020-01-01T00:00:00.000Z, the last for test/${name} "1"`,
    );
    await expect(runtime.send(ref.at("2"), 0)).rejects.toThrow("5000 batches have run");
    await expect(runtime.advance(1)).rejects.toThrow("5000 batches have run");
    await expect(runtime.crash()).rejects.toThrow("5000 batches have run");
  });

  it("are found while the clock is moved", async () => {
    const { functions, endless } = program();
    await using runtime = await createTestRuntime(functions, { maxSteps: 5_000 });
    await runtime.send(endless.at("1"), 0, { delayMs: 100 });
    await expect(runtime.advance(1_000)).rejects.toMatchObject({ code: "limit_exceeded" });
  });

  it("are none where the clock moves between them", async () => {
    const functions = new StatefulFunctions();
    const state = { ticks: { type: int, initial: 0 } };
    const tick = functions.bind("test/tick", { accepts: int, state }, (context) => {
      context.state.ticks++;
      context.sendAfter(1_000, tick.at("1"), 0);
    });
    await using runtime = await createTestRuntime(functions, { maxSteps: 10 });
    await runtime.send(tick.at("1"), 0);
    await runtime.advance(100_000);
    expect(runtime.state(tick.at("1")).ticks).toBe(101);
  });
});

it("are refused: limits that are none", async () => {
  const { functions } = program();
  for (const options of [{ patienceMs: 0 }, { maxSteps: 0.5 }, { patienceMs: Number.NaN }]) {
    const starting = createTestRuntime(functions, options);
    await expect(starting).rejects.toMatchObject({ code: "invalid_argument" });
  }
});
