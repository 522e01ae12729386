import { bool, int, invocationHandler, StatefulFunctions, string } from "statefun";
import type { WireAddress } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { complete, emitted, failure, sent, wires, wireValue } from "./support/program.ts";
import { texts } from "./support/texts.ts";

const caller = { typename: "test/caller", id: "é 🙂" };
const messages = [wireValue(string, "go")];

describe.each(wires)("a reply on wire $name", (codec) => {
  const answering = (replies: unknown, answer: unknown) => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { replies: replies as typeof string }, (context) =>
      context.reply(answer as string),
    );
    return functions;
  };

  it("goes to the caller, encoded by the one type of replies", async () => {
    const outcome = await complete(codec, answering(string, "yes"), { caller, messages });
    expect(sent(outcome, string)).toEqual(["yes"]);
    expect(outcome.messages[0]?.target).toEqual(caller);
  });

  it("may be tagged, by any type of replies", async () => {
    const types = [int, bool, string];
    for (const [answer, type, value] of [
      [string.of("yes"), string, "yes"],
      [bool.of(false), bool, false],
      [int.of(0), int, 0],
    ] as const) {
      const outcome = await complete(codec, answering(types, answer), { caller, messages });
      expect(sent(outcome, type as typeof string)).toEqual([value]);
    }
  });

  it("may be the received message", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", (context, message) => context.reply(message));
    const outcome = await complete(codec, functions, { caller, messages });
    expect(sent(outcome, string)).toEqual(["go"]);
  });

  it("must be tagged when replies says nothing, or several types", async () => {
    for (const types of [undefined, [int, string]]) {
      const work = complete(codec, answering(types, "yes"), { caller, messages });
      await failure(work, "invalid_argument");
    }
  });

  it("must be a value of the type", async () => {
    const work = complete(codec, answering(string, 5), { caller, messages });
    await failure(work, "value_invalid");
  });

  it("goes to the caller of each message", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: string, replies: string }, (context, text) => {
      if (context.caller) context.reply(text);
    });
    const from = (id: string | undefined) => ({
      caller: id === undefined ? undefined : { typename: "test/caller", id },
      argument: wireValue(string, `for ${id}`),
    });
    const request = codec.encodeRequest({
      target: { typename: "test/fn", id: "1" },
      state: new Map(),
      invocations: [from("a"), from(undefined), from("b")],
    });
    const handle = invocationHandler(functions, { protocol: codec.name });
    const outcome = codec.decodeResponse(await handle(request));
    if (outcome.kind !== "completed") return expect.fail("not completed");
    expect(sent(outcome, string)).toEqual(["for a", "for b"]);
    expect(outcome.messages.map(({ target }) => target.id)).toEqual(["a", "b"]);
  });

  it.each<readonly [string, WireAddress | undefined]>([
    ["from an ingress", undefined],
    ["whose caller has nothing but empty parts", { typename: "/", id: "" }],
  ])("to a message %s has nowhere to go, and says so", async (_what, from) => {
    const batch = { caller: from, messages };
    const error = await failure(complete(codec, answering(string, "yes"), batch), "no_caller");
    expect(error.message).toMatch(/test\/fn.*ingress/);
  });

  it.each<readonly [string, WireAddress | undefined]>([
    ["from an ingress", undefined],
    ["with a caller of empty parts", { typename: "/", id: "" }],
  ])("need not be given: a message %s has no caller", async (_what, from) => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", (context) => context.emit(texts, String(context.caller)));
    const outcome = await complete(codec, functions, { caller: from, messages });
    expect(emitted(outcome, string)).toEqual(["undefined"]);
  });

  it.each<readonly [string, WireAddress]>([
    ["a name", { typename: "test/", id: "x" }],
    ["a namespace", { typename: "/caller", id: "x" }],
    ["a typename", { typename: "/", id: "x" }],
  ])("to a caller without %s is refused: no runtime could deliver it", async (_what, from) => {
    const work = complete(codec, answering(string, "yes"), { caller: from, messages });
    await failure(work, "invalid_argument");
  });

  it("to a caller with an empty id arrives: an id may be empty", async () => {
    const from = { typename: "test/caller", id: "" };
    const outcome = await complete(codec, answering(string, "yes"), { caller: from, messages });
    expect(outcome.messages[0]?.target).toEqual(from);
  });

  it("can be sent after a delay, to the caller as an address", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", (context) => {
      if (context.caller) context.sendAfter(50, context.caller, string.of("later"));
    });
    const outcome = await complete(codec, functions, { caller, messages });
    expect(outcome.delayed).toMatchObject([{ kind: "send", delayMs: 50, target: caller }]);
  });
});
