import { egress, int, StatefulFunctions, string } from "statefun";
import { createTestRuntime, type TestOptions } from "statefun/testing";
import { describe, expect, it } from "vitest";

const entries = egress("test/entries", string);

/** A chain of counters: each adds, writes an entry, and tells the next; the last sets a timer. */
function chain() {
  let runs = 0;
  const functions = new StatefulFunctions();
  const state = { total: { type: int, initial: 0 }, late: { type: int, initial: 0 } };
  const counter = functions.bind("test/counter", { accepts: int, state }, (context, amount) => {
    runs++;
    if (amount === 0) {
      context.state.late++;
      return;
    }
    context.state.total += amount;
    context.emit(entries, `${context.self.id}: ${context.state.total}`);
    const next = Number(context.self.id) + 1;
    if (next < 4) context.send(counter.at(String(next)), amount);
    else context.sendAfter(10, context.self, int.of(0));
  });
  return { functions, counter, runs: () => runs };
}

async function played(options: TestOptions) {
  const { functions, counter, runs } = chain();
  const runtime = await createTestRuntime(functions, options);
  for (let amount = 1; amount <= 20; amount++) await runtime.send(counter.at("1"), amount);
  await runtime.advance(1_000);
  const ids = ["1", "2", "3"];
  const result = {
    states: ids.map((id) => runtime.state(counter.at(id))),
    // The order over several counters is nobody's promise.
    entries: ids.map((id) => runtime.emitted(entries).filter((entry) => entry.startsWith(id))),
    letters: await runtime.deadLetters.list(),
    now: runtime.now(),
  };
  await runtime.close();
  return { result, runs: runs() };
}

describe("crashProbability", () => {
  it.each([1, 2, 3, 4, 5])("does not show in what was done, under seed %i", async (seed) => {
    const calm = await played({ seed });
    const rough = await played({ seed, crashProbability: 0.1 });
    expect(calm.result.states[2]).toEqual({ total: 210, late: 20 });
    expect(calm.runs).toBe(80);
    expect(rough.result).toEqual(calm.result);
    // It did die: handlers ran again.
    expect(rough.runs).toBeGreaterThan(calm.runs);
  });

  it("lets the process die at the same places under the same seed", async () => {
    const [one, two] = [
      await played({ seed: 9, crashProbability: 0.2 }),
      await played({ seed: 9, crashProbability: 0.2 }),
    ];
    expect(two).toEqual(one);
  });

  it("answers calls through crashes", async () => {
    const functions = new StatefulFunctions();
    const options = { accepts: int, replies: int, state: { total: { type: int, initial: 0 } } };
    const sum = functions.bind("test/sum", options, (context, amount) => {
      context.state.total += amount;
      context.reply(context.state.total);
    });
    await using runtime = await createTestRuntime(functions, { crashProbability: 0.2 });
    const answers: number[] = [];
    for (let call = 0; call < 20; call++) answers.push(await runtime.call(sum.at("1"), 1));
    expect(answers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });
});

describe("crash()", () => {
  it("keeps state, timers and what was emitted", async () => {
    const { functions, counter } = chain();
    await using runtime = await createTestRuntime(functions);
    await runtime.send(counter.at("3"), 5);
    await runtime.crash();
    expect(runtime.state(counter.at("3"))).toEqual({ total: 5, late: 0 });
    expect((await runtime.instance(counter.at("3"))).timers).toHaveLength(1);
    await runtime.crash();
    await runtime.advance(10);
    expect(runtime.state(counter.at("3")).late).toBe(1);
    expect(runtime.emitted(entries)).toEqual(["3: 5"]);
  });

  it("forgets no try that a message has had: it is given up after as many as without crashes", async () => {
    const functions = new StatefulFunctions();
    let tries = 0;
    const ref = functions.bind("test/fails", { accepts: string }, () => {
      tries++;
      throw new Error("no");
    });
    await using runtime = await createTestRuntime(functions, { retry: { maxAttempts: 3 } });
    await runtime.send(ref.at("1"), "x");
    for (let crash = 0; crash < 3; crash++) {
      await runtime.crash();
      await runtime.advance(400);
    }
    expect(tries).toBe(3);
    expect(await runtime.deadLetters.list()).toMatchObject([
      { attempts: 3, error: { code: "failed" } },
    ]);
    await runtime.crash();
    expect(await runtime.deadLetters.list()).toHaveLength(1);
  });

  it("runs a handler again that was running, and answers the call that waits for it once", async () => {
    const functions = new StatefulFunctions();
    const state = { total: { type: int, initial: 0 } };
    const gates: (() => void)[] = [];
    const options = { accepts: int, replies: int, state };
    const slow = functions.bind("test/slow", options, async (context, amount) => {
      await new Promise<void>((resolve) => gates.push(resolve));
      context.state.total += amount;
      context.reply(context.state.total);
    });
    await using runtime = await createTestRuntime(functions);
    const calling = runtime.call(slow.at("1"), 7);
    await expect.poll(() => gates.length).toBe(1);
    // The call is stored by now; a message that came again would be a second one.
    await new Promise((resolve) => setTimeout(resolve, 20));
    const crashing = runtime.crash();
    await expect.poll(() => gates.length).toBe(2);
    const opening = setInterval(() => gates.forEach((open) => void open()), 1);
    expect(await calling).toBe(7);
    await crashing;
    clearInterval(opening);
    expect(runtime.state(slow.at("1")).total).toBe(7);
    expect(gates).toHaveLength(2);
  });

  it("lets a message that was running be tried at once, however long it would have to wait", async () => {
    const functions = new StatefulFunctions();
    const gates: (() => void)[] = [];
    let tries = 0;
    const retry = { initialDelayMs: 600_000, maxDelayMs: 600_000 };
    const slow = functions.bind("test/slow", { accepts: int, retry }, async () => {
      if (++tries === 1) throw new Error("not yet");
      await new Promise<void>((resolve) => gates.push(resolve));
    });
    const { functions: others, counter } = chain();
    await using runtime = await createTestRuntime([functions, others]);
    await runtime.send(slow.at("1"), 1);
    await runtime.crash();
    const advancing = runtime.advance(600_000);
    await expect.poll(() => gates.length).toBe(1);
    // It may be the one that kills the process: until that is known nothing else runs.
    const crashing = runtime.crash();
    await expect.poll(() => gates.length).toBe(2);
    const sending = runtime.send(counter.at("3"), 1);
    gates[1]?.();
    await Promise.all([sending, crashing, advancing]);
    expect(runtime.state(counter.at("3")).total).toBe(1);
  });
});

it.each([1, 4])("suspects no message, though %i crashes hit the same one", async (crashes) => {
  let starts = 0;
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const functions = new StatefulFunctions();
  const waits = functions.bind("test/waits", { accepts: int }, async () => {
    starts++;
    await gate;
  });
  const opens = functions.bind("test/opens", { accepts: int }, () => open());
  const runtime = await createTestRuntime(functions);
  const ends: Promise<unknown>[] = [runtime.send(waits.at("1"), 1)];
  await expect.poll(() => starts).toBe(1);
  for (let index = 1; index <= crashes; index++) {
    ends.push(runtime.crash());
    await expect.poll(() => starts).toBe(index + 1);
  }
  // The other one ends what it waits for: nothing holds it back.
  await runtime.send(opens.at("1"), 1);
  await Promise.allSettled(ends);
  await runtime.close();
});
