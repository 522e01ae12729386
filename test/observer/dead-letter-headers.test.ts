import { NonRetryableError, StatefulFunctions, string } from "statefun";
import { createRuntime, memoryStore } from "statefun/runtime";
import { expect, it } from "vitest";

it.each([
  [1_000, ["reason"]],
  [1_024, []],
])(
  "a dead letter has headers of its observer up to a kilobyte: %i characters",
  async (length, names) => {
    const functions = new StatefulFunctions("demo");
    const one = functions.bind("demo/one", { accepts: string }, () => {
      throw new NonRetryableError("never");
    });
    const reason = "x".repeat(length);
    await using runtime = await createRuntime({
      modules: functions,
      store: memoryStore(),
      onError: () => {},
      observer: { handling: () => ({ deadLetterHeaders: () => ({ reason }) }) },
    });
    await runtime.send(one.at("1"), "go");
    await runtime.idle();
    const [letter] = await runtime.deadLetters.list();
    expect([...(letter?.message.headers ?? [])].map(([name]) => name)).toEqual(names);
  },
);
