import { egress, int, StatefulFunctions } from "statefun";
import { createTestRuntime } from "statefun/testing";
import { describe, expect, it } from "vitest";

const sums = egress("test/sums", int);
const real = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Works for so many real milliseconds, and emits what it got. */
function working(ms: number) {
  const functions = new StatefulFunctions();
  const worker = functions.bind("test/worker", { accepts: int }, async (context, value) => {
    await real(ms);
    context.emit(sums, value);
  });
  const late = functions.bind("test/late", { accepts: int }, (context, value) => {
    context.sendAfter(1_000, worker.at(context.self.id), value);
  });
  return { functions, worker, late };
}

describe("a handler with real work", () => {
  it.each([10, 55, 90, 130, 400])(
    "of %i ms is waited for by advance, without a timeout",
    async (ms) => {
      const { functions, worker, late } = working(ms);
      const errors: unknown[] = [];
      const onError = (error: unknown): void => void errors.push(error);
      await using runtime = await createTestRuntime(functions, { onError });
      const sending = runtime.send(worker.at("1"), 1);
      await runtime.advance(86_400_000);
      await sending;
      expect(runtime.emitted(sums)).toEqual([1]);
      // And one that a timer has started, on the way.
      await runtime.send(late.at("1"), 2);
      await runtime.advance(86_400_000);
      expect(runtime.emitted(sums)).toEqual([1, 2]);
      expect([errors, await runtime.deadLetters.list()]).toEqual([[], []]);
    },
  );

  it("of many at once is waited for, each one", async () => {
    const { functions, late } = working(60);
    await using runtime = await createTestRuntime(functions);
    for (let id = 0; id < 20; id++) await runtime.send(late.at(String(id)), id);
    await runtime.advance(1_000);
    expect(runtime.emitted(sums)).toHaveLength(20);
  });

  it("may take longer than patienceMs altogether, as long as something goes on", async () => {
    const { functions, worker } = working(60);
    await using runtime = await createTestRuntime(functions, { patienceMs: 300 });
    const sent = Array.from({ length: 10 }, (_, index) => runtime.send(worker.at("1"), index));
    await runtime.advance(1);
    await Promise.all(sent);
    expect(runtime.emitted(sums)).toHaveLength(10);
  });
});

describe("much work without a wait", () => {
  it("is done by the time advance resolves: a fan-out of 5,000", async () => {
    const functions = new StatefulFunctions();
    const state = { total: { type: int, initial: 0 } };
    const sum = functions.bind("test/sum", { accepts: int, state }, (context, value) => {
      context.state.total += value;
    });
    const leaf = functions.bind("test/leaf", { accepts: int }, async (context, value) => {
      await undefined;
      context.send(sum.at("1"), value);
    });
    const root = functions.bind("test/root", { accepts: int }, (context, count) => {
      for (let id = 0; id < count; id++) context.send(leaf.at(String(id)), 1);
    });
    const start = functions.bind("test/start", { accepts: int }, (context, count) => {
      context.sendAfter(10, root.at("1"), count);
    });
    await using runtime = await createTestRuntime(functions);
    await runtime.send(start.at("1"), 5_000);
    await runtime.advance(86_400_000);
    expect(runtime.state(sum.at("1")).total).toBe(5_000);
    expect(await runtime.deadLetters.list()).toEqual([]);
  });

  it("is done by the time advance resolves: a chain of 300,000", { timeout: 120_000 }, async () => {
    const functions = new StatefulFunctions();
    const link = functions.bind("test/link", { accepts: int }, (context, left) => {
      if (left === 0) context.emit(sums, 1);
      else context.send(link.at(String(left % 7)), left - 1);
    });
    await using runtime = await createTestRuntime(functions);
    await runtime.send(link.at("0"), 1, { delayMs: 5 });
    await runtime.send(link.at("0"), 300_000, { delayMs: 10 });
    await runtime.advance(1_000);
    expect(runtime.emitted(sums)).toEqual([1, 1]);
  });
});
