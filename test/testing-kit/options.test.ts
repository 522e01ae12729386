import { StatefulFunctions, string } from "statefun";
import { createTestRuntime } from "statefun/testing";
import { expect, it } from "vitest";

const functions = new StatefulFunctions();
const echo = functions.bind("test/echo", { accepts: string }, () => {});

it.each([
  [{ seed: -1 }, "seed must be an integer"],
  [{ seed: 1.5 }, "seed must be an integer"],
  [{ startMs: "now" }, "startMs must be an integer"],
  [{ rules: "beam" }, 'rules must be "flink" or left out, got "beam"'],
  [{ stubs: {} }, "stubs must be a list"],
  [{ crashProbability: 0.6 }, "crashProbability must be a number from 0 to 0.5, got 0.6"],
  [{ crashProbability: Number.NaN }, "crashProbability must be a number"],
  [{ retry: { maxAttempts: 0 } }, "maxAttempts of retry of the runtime must be an integer"],
  [{ retry: { attempts: 3 } }, "attempts"],
  [{ seeds: 1 }, "seeds"],
])("refuses %j", async (options, text) => {
  const starting = createTestRuntime(functions, options as never);
  await expect(starting).rejects.toMatchObject({ code: "invalid_argument" });
  await expect(starting).rejects.toThrow(text);
});

it("refuses what is no module, and a function that is bound twice", async () => {
  const none = {} as StatefulFunctions;
  await expect(createTestRuntime(none)).rejects.toThrow("expected a module");
  const other = new StatefulFunctions("other");
  other.bind("test/echo", () => {});
  await expect(createTestRuntime([functions, other])).rejects.toThrow("test/echo");
});

it.each([-1, 0.5, Number.NaN, "1"])("refuses to advance by %j", async (ms) => {
  await using runtime = await createTestRuntime(functions);
  const moving = runtime.advance(ms as number);
  await expect(moving).rejects.toThrow("the time to advance by must be an integer from 0 on");
});

it("refuses a message that its function does not accept, before anything happens", async () => {
  await using runtime = await createTestRuntime(functions);
  await expect(runtime.send(echo.at("1"), 5 as never)).rejects.toMatchObject({
    code: "value_invalid",
  });
  expect((await runtime.instance(echo.at("1"))).mailbox).toEqual([]);
});

it.each([
  [5, "the options of a message"],
  [{ delay: 5 }, "delay"],
  [{ idempotencyKey: "" }, "an idempotency key"],
  [{ delayMs: -1 }, "delayMs must be an integer from 0"],
])("refuses a message with the options %j", async (options, text) => {
  await using runtime = await createTestRuntime(functions);
  const sending = runtime.send(echo.at("1"), "x", options as never);
  await expect(sending).rejects.toMatchObject({ code: "invalid_argument" });
  await expect(sending).rejects.toThrow(text);
});
