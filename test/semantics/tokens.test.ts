import { deadLetterTo, failedMessage, functionRef, NonRetryableError, string } from "statefun";
import { codecV2, codecV3 } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { failure } from "./support/program.ts";
import { runSteps, type Step } from "./support/steps.ts";
import { elsewhere } from "./support/texts.ts";

const send =
  (token: string, delayMs = 5): Step =>
  (context) =>
    context.sendAfter(delayMs, elsewhere, string.of("later"), { cancellationToken: token });
const cancel =
  (token: string): Step =>
  (context) =>
    context.cancel(token);

const tokensOf = async (work: ReturnType<typeof runSteps>) =>
  (await work).delayed.map(({ kind, cancellationToken }) => [kind, cancellationToken]);

describe("a cancellation token on wire v3", () => {
  const ok = (...steps: Step[][]) => tokensOf(runSteps(codecV3, steps));

  it("goes out with its message and in its place", async () => {
    expect(await ok([send("a"), cancel("b"), send("c")])).toEqual([
      ["send", "a"],
      ["cancel", "b"],
      ["send", "c"],
    ]);
  });

  it("may be cancelled and used again, and keeps that order", async () => {
    expect(await ok([send("a"), cancel("a")], [send("a")], [cancel("a")])).toEqual([
      ["send", "a"],
      ["cancel", "a"],
      ["send", "a"],
      ["cancel", "a"],
    ]);
    expect(await ok([cancel("a"), send("a")])).toEqual([
      ["cancel", "a"],
      ["send", "a"],
    ]);
  });

  it.each([
    ["in one message", [[send("a"), send("a")]]],
    ["in two messages", [[send("a")], [send("a")]]],
    ["after another one's cancellation", [[send("a"), cancel("b"), send("a")]]],
    ["after being used again", [[send("a"), cancel("a"), send("a")], [send("a")]]],
  ])("that is pending cannot be sent again, %s", async (_what, steps) => {
    const error = await failure(runSteps(codecV3, steps), "token_pending");
    expect(error.message).toContain('"a"');
  });

  it.each([
    ["empty", ""],
    ["a number", 5],
    ["null", null],
    ["a lone surrogate", "\ud800"],
  ])("that is %s is refused, to send and to cancel", async (_what, token) => {
    await failure(runSteps(codecV3, [[send(token as string)]]), "invalid_argument");
    await failure(runSteps(codecV3, [[cancel(token as string)]]), "invalid_argument");
  });

  it("is free again when the message that sent it is rolled back", async () => {
    const fail: Step = () => {
      throw new NonRetryableError("no");
    };
    const deadLetter = deadLetterTo(functionRef("test/morgue", failedMessage).at("all"));
    const outcome = tokensOf(runSteps(codecV3, [[send("a"), fail], [send("a")]], { deadLetter }));
    expect(await outcome).toEqual([["send", "a"]]);
  });

  it("is pending again when its cancellation is rolled back", async () => {
    const fail: Step = () => {
      throw new NonRetryableError("no");
    };
    const deadLetter = deadLetterTo(functionRef("test/morgue", failedMessage).at("all"));
    const again: Step = (context) => expect(() => send("a")(context)).toThrow(/is pending/);
    const steps = [[send("a")], [cancel("a"), fail], [again]];
    expect(await tokensOf(runSteps(codecV3, steps, { deadLetter }))).toEqual([["send", "a"]]);
  });

  it("is refused for a cluster that does not know it, but delays are not", async () => {
    const options = { cancellation: "refuse" } as const;
    await failure(runSteps(codecV3, [[send("a")]], options), "unsupported_by_wire");
    await failure(runSteps(codecV3, [[cancel("a")]], options), "unsupported_by_wire");
    const delay: Step = (context) => context.sendAfter(5, elsewhere, string.of("x"));
    expect((await runSteps(codecV3, [[delay]], options)).delayed).toHaveLength(1);
  });
});

describe("a cancellation token on wire v2", () => {
  it("is refused, to send and to cancel, whatever the options say", async () => {
    for (const cancellation of ["send", "refuse"] as const) {
      await failure(runSteps(codecV2, [[send("a")]], { cancellation }), "unsupported_by_wire");
      await failure(runSteps(codecV2, [[cancel("a")]], { cancellation }), "unsupported_by_wire");
    }
  });

  it("is refused at the call, which a handler can answer", async () => {
    const careful: Step = (context) => {
      for (const step of [send("a"), cancel("a")]) {
        expect(() => step(context)).toThrow(/cancellation token "a"/);
      }
      context.sendAfter(5, elsewhere, string.of("without"));
    };
    expect(await tokensOf(runSteps(codecV2, [[careful]]))).toEqual([["send", undefined]]);
  });

  it("of an empty text is refused as such", async () => {
    await failure(runSteps(codecV2, [[cancel("")]]), "invalid_argument");
  });
});
