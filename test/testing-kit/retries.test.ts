import { NonRetryableError, StatefulFunctions, string } from "statefun";
import { createTestRuntime, type TestOptions } from "statefun/testing";
import { describe, expect, it } from "vitest";

/** Fails as often as told; when it was tried is remembered outside, as no state of it survives. */
function flaky(failures: number, retry?: TestOptions["retry"]) {
  const tries: number[] = [];
  const functions = new StatefulFunctions();
  const options = { accepts: string, ...(retry === undefined ? {} : { retry }) };
  const ref = functions.bind("test/flaky", options, (context) => {
    tries.push(context.now());
    if (tries.length <= failures) throw new RangeError("not yet");
  });
  return { functions, ref, tries };
}

async function gaps(options: TestOptions): Promise<number[]> {
  const { functions, ref, tries } = flaky(7);
  const runtime = await createTestRuntime(functions, options);
  await runtime.send(ref.at("1"), "x");
  await runtime.advance(60_000);
  await runtime.close();
  return tries.slice(1).map((time, index) => time - (tries[index] ?? 0));
}

describe("a handler that fails", () => {
  it("is tried again after waits that double, each shortened by at most half", async () => {
    const waits = await gaps({ seed: 3 });
    expect(waits).toHaveLength(7);
    waits.forEach((wait, index) => {
      expect(wait).toBeGreaterThanOrEqual(50 * 2 ** index);
      expect(wait).toBeLessThanOrEqual(100 * 2 ** index);
    });
    expect(waits.every((wait, index) => wait === 100 * 2 ** index)).toBe(false);
  });

  it("is tried at the same times under the same seed, and at others under another", async () => {
    const first = await gaps({ seed: 3 });
    expect(await gaps({ seed: 3 })).toEqual(first);
    expect(await gaps({ seed: 4 })).not.toEqual(first);
  });

  it("waits no longer than the longest wait", async () => {
    const waits = await gaps({ retry: { initialDelayMs: 10, maxDelayMs: 20 } });
    expect(Math.max(...waits)).toBeLessThanOrEqual(20);
  });

  it("is not tried while the clock stands still", async () => {
    const { functions, ref, tries } = flaky(7);
    await using runtime = await createTestRuntime(functions);
    await runtime.send(ref.at("1"), "x");
    await runtime.idle();
    expect(tries).toHaveLength(1);
    expect((await runtime.instance(ref.at("1"))).mailbox).toHaveLength(1);
  });

  it("changes nothing but by the try that succeeds", async () => {
    let tries = 0;
    const functions = new StatefulFunctions();
    const state = { log: { type: string, initial: "" } };
    const ref = functions.bind("test/log", { accepts: string, state }, (context, message) => {
      context.state.log += message;
      if (++tries < 3) throw new Error("not yet");
    });
    await using runtime = await createTestRuntime(functions);
    await runtime.send(ref.at("1"), "x");
    expect(runtime.state(ref.at("1")).log).toBe("");
    await runtime.advance(1_000);
    expect(runtime.state(ref.at("1")).log).toBe("x");
  });
});

describe("a message that is given up", () => {
  it("is a dead letter after 8 tries and at most 12.7 s, with its error", async () => {
    const { functions, ref, tries } = flaky(100);
    await using runtime = await createTestRuntime(functions, { startMs: 0 });
    await runtime.send(ref.at("7"), "x");
    await runtime.advance(12_700);
    expect(tries).toHaveLength(8);
    const [letter, ...others] = await runtime.deadLetters.list();
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      address: { typename: "test/flaky", id: "7" },
      error: { code: "failed", message: "not yet" },
      attempts: 8,
      failedAtMs: tries.at(-1),
    });
    expect(letter?.message.as(string)).toBe("x");
  });

  it("has as many tries as its own function says, whatever the runtime says", async () => {
    const { functions, ref, tries } = flaky(100, { maxAttempts: 2 });
    await using runtime = await createTestRuntime(functions, { retry: { maxAttempts: 5 } });
    await runtime.send(ref.at("1"), "x");
    await runtime.advance(60_000);
    expect(tries).toHaveLength(2);
    expect(await runtime.deadLetters.list()).toMatchObject([{ attempts: 2 }]);
  });

  it("has as many tries as the options of the test say, where its function says nothing", async () => {
    const { functions, ref, tries } = flaky(100);
    await using runtime = await createTestRuntime(functions, { retry: { maxAttempts: 3 } });
    await runtime.send(ref.at("1"), "x");
    await runtime.advance(60_000);
    expect(tries).toHaveLength(3);
  });

  it("is one at once where the handler says that a retry cannot help", async () => {
    const functions = new StatefulFunctions();
    const ref = functions.bind("test/strict", { accepts: string }, () => {
      throw new NonRetryableError("never");
    });
    await using runtime = await createTestRuntime(functions);
    await runtime.send(ref.at("1"), "x");
    const error = { code: "non_retryable", message: "never" };
    expect(await runtime.deadLetters.list()).toMatchObject([{ attempts: 1, error }]);
  });

  it("fails the call that waits for it", async () => {
    const { functions, ref } = flaky(100, { maxAttempts: 1 });
    await using runtime = await createTestRuntime(functions);
    await expect(runtime.call(ref.at("1"), "x")).rejects.toMatchObject({ code: "dead_letter" });
  });
});
