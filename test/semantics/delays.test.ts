import { string } from "statefun";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { failure, wires } from "./support/program.ts";
import { runSteps } from "./support/steps.ts";
import { elsewhere } from "./support/texts.ts";

describe.each(wires)("a delay on wire $name", (codec) => {
  const now = 1_700_000_000_000;
  const last = 8.64e15 - now;
  beforeEach(() => void vi.useFakeTimers({ now, toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());

  const delayed = (delayMs: unknown) =>
    runSteps(codec, [
      [(context) => context.sendAfter(delayMs as number, elsewhere, string.of("x"))],
    ]);

  it.each([0, 1, 2 ** 31, 2 ** 32, 2 ** 45, last])("of %d ms is sent as it is", async (delayMs) => {
    expect((await delayed(delayMs)).delayed).toMatchObject([{ kind: "send", delayMs }]);
  });

  it.each([
    ["negative", -1],
    ["a fraction", 0.5],
    ["no number", Number.NaN],
    ["endless", Number.POSITIVE_INFINITY],
    ["later than any date", last + 1],
    ["the largest safe integer", Number.MAX_SAFE_INTEGER],
    ["beyond safe integers", 2 ** 63],
    ["a text", "5"],
    ["a bigint", 5n],
    ["nothing", undefined],
    ["null", null],
    ["a date", new Date(0)],
  ])("that is %s is refused", async (_what, delayMs) => {
    const error = await failure(delayed(delayMs), "invalid_argument");
    expect(error.message).toMatch(/^delay of a message to test\/elsewhere must be an integer/);
  });

  it("is refused with the text that the style of errors promises", async () => {
    const error = await failure(delayed(-5), "invalid_argument");
    expect(error.message).toBe(
      "delay of a message to test/elsewhere must be an integer from 0 on, got -5",
    );
  });

  it("is named to nobody whose typename is no text", async () => {
    const nobody = { typename: Object.create(null), id: "1" } as never;
    const run = runSteps(codec, [
      [(context) => context.sendAfter("soon" as never, nobody, string.of("x"))],
    ]);
    const error = await failure(run, "invalid_argument");
    expect(error.message).toMatch(/^delay of sendAfter, its first argument, must be an integer/);
  });

  it("that is refused sends nothing, also when the handler goes on", async () => {
    const { delayed: sent } = await runSteps(codec, [
      [(context) => expect(() => context.sendAfter(-1, elsewhere, string.of("x"))).toThrow()],
    ]);
    expect(sent).toEqual([]);
  });
});
