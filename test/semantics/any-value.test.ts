import { create, toBinary } from "@bufbuild/protobuf";
import { AnySchema } from "@bufbuild/protobuf/wkt";
import {
  anyValue,
  deadLetterTo,
  failedMessage,
  functionRef,
  int,
  StatefulFunctions,
  string,
} from "statefun";
import { codecV3, type WireValue } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { complete, failure, header, wires, wireValue, written } from "./support/program.ts";
import { raw, withSession } from "./support/session.ts";
import { elsewhere } from "./support/texts.ts";

const message = wireValue(string, "go");

describe.each(wires)("a state of any type on wire $name", (codec) => {
  const stateOf = (value: WireValue | undefined) => [["session", value]] as const;

  it("keeps the messages that it is given, of one type after another", async () => {
    const functions = withSession((state, got) => {
      if (got.is(int)) expect(state.session?.as(string)).toBe("first");
      state.session = got;
    });
    const first = wireValue(string, "first");
    const one = await complete(codec, functions, { state: stateOf(undefined), messages: [first] });
    const state = stateOf(one.mutations[0]?.value);
    const two = await complete(codec, functions, { state, messages: [wireValue(int, 5)] });
    const last = stateOf(two.mutations[0]?.value);
    const reading = withSession(({ session }) => expect(session?.as(int)).toBe(5));
    expect((await complete(codec, reading, { state: last, messages: [first] })).mutations).toEqual(
      [],
    );
  });

  it("is sent on as the message that it holds", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { state: { session: anyValue } }, (context, got) => {
      context.state.session ??= got;
      context.send(elsewhere, context.state.session);
    });
    const messages = [wireValue(string, "first"), wireValue(int, 5)];
    const outcome = await complete(codec, functions, { state: stateOf(undefined), messages });
    expect(outcome.messages.map(({ argument }) => argument)).toEqual([messages[0], messages[0]]);
  });

  it("takes messages and nothing else", async () => {
    for (const value of ["text", 5, {}, { typename: "a/b", value: 1 }, Uint8Array.of(1)]) {
      const functions = withSession((state) => {
        state.session = value as never;
      });
      const batch = { state: stateOf(undefined), messages: [message] };
      await failure(complete(codec, functions, batch), "value_invalid");
    }
  });

  it("is not the message's fault when it is of another type than the function wants", async () => {
    const deadLetter = deadLetterTo(functionRef("test/morgue", failedMessage).at("all"));
    const functions = withSession(({ session }) => void session?.as(int));
    const keeping = withSession((state, got) => {
      state.session = got;
    });
    const before = await complete(codec, keeping, {
      state: stateOf(undefined),
      messages: [message],
    });
    const state = stateOf(before.mutations[0]?.value);
    const work = complete(codec, functions, { state, messages: [message] }, { deadLetter });
    await expect(work).rejects.toThrow(/io\.statefun\.types\/int/);
  });

  it("is forgotten like any other", async () => {
    const functions = withSession((state) => {
      delete state.session;
    });
    const state = stateOf({ ...raw(anyValue.encode(string.of("x"))), typename: anyValue.typename });
    const outcome = await complete(codec, functions, { state, messages: [message] });
    expect(written(outcome, "session", anyValue)).toBe(null);
  });
});

describe("a state of any type on wire v3", () => {
  it("has one type for the runtime, and no headers of the message", async () => {
    const functions = withSession((state, got) => {
      state.session = got;
    });
    const messages = [wireValue(string, "x", [header("a", "1")])];
    const state = [["session", undefined]] as const;
    const { mutations } = await complete(codecV3, functions, { state, messages });
    const any = create(AnySchema, { typeUrl: string.typename, value: string.encode("x") });
    expect(mutations).toEqual([
      {
        name: "session",
        value: { typename: "statefun/any", bytes: toBinary(AnySchema, any), headers: [] },
      },
    ]);
  });

  it.each([
    ["another type, whose bytes happen to be an Any's", wireValue(string, "x")],
    ["broken bytes", { ...raw(Uint8Array.of(0xff)), typename: "statefun/any" }],
  ])("is undecodable when the runtime holds %s", async (_what, value) => {
    const functions = withSession(({ session }) => void session);
    const batch = { state: [["session", value]] as const, messages: [message] };
    await failure(complete(codecV3, functions, batch), "state_undecodable");
  });
});
