import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { AnySchema, anyPack, DurationSchema, StringValueSchema } from "@bufbuild/protobuf/wkt";
import { int, StatefulFunctions, string } from "statefun";
import { protobuf } from "statefun/protobuf";
import { codecV2, type WireValue } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { FromFunctionSchema } from "../gen/v2/request-reply_pb.ts";
import { complete, failure, respond, wireValue } from "./support/program.ts";
import { raw, withSession } from "./support/session.ts";

const duration = protobuf(DurationSchema);
const stringValue = protobuf(StringValueSchema);
const message = wireValue(string, "go");

/** What a 2.x runtime would store, read by the schema of its protocol. */
async function storedBytes(functions: StatefulFunctions, stored: WireValue | undefined) {
  const batch = { state: [["session", stored]] as const, messages: [message] };
  const response = fromBinary(FromFunctionSchema, await respond(codecV2, functions, batch));
  if (response.response.case !== "invocationResult") return expect.fail("no result");
  return response.response.value.stateMutations.map(({ stateValue }) => stateValue);
}

describe("a state of any type on wire v2", () => {
  // What the Python SDK 2.x does for context["session"] = an Any.
  const python = toBinary(
    AnySchema,
    anyPack(DurationSchema, create(DurationSchema, { seconds: 7n })),
  );

  it("reads what the Python SDK stored, as a message of its own type", async () => {
    const functions = withSession(({ session }) => {
      expect(session?.typename).toBe("type.googleapis.com/google.protobuf.Duration");
      expect(session?.is(string)).toBe(false);
      expect(session?.as(duration).seconds).toBe(7n);
    });
    expect(await storedBytes(functions, raw(python))).toEqual([]);
  });

  it("writes what the Python SDK reads: a serialized Any", async () => {
    const functions = withSession((state) => {
      state.session = stringValue.of(create(StringValueSchema, { value: "hé" }));
    });
    const any = anyPack(StringValueSchema, create(StringValueSchema, { value: "hé" }));
    expect(await storedBytes(functions, undefined)).toEqual([toBinary(AnySchema, any)]);
  });

  it("is the same bytes again when it is assigned to itself", async () => {
    const functions = withSession((state) => {
      const { session } = state;
      state.session = session;
    });
    expect(await storedBytes(functions, raw(python))).toEqual([python]);
  });

  it.each([
    ["no protobuf", Uint8Array.of(0xff, 0xff, 0xff)],
    ["a text", new TextEncoder().encode("somebody's text")],
    ["another message", Uint8Array.of(0x08, 1)],
    [
      "an Any with its fields in another order",
      Uint8Array.of(0x12, 1, 0x61, 0x0a, 3, 0x61, 0x2f, 0x62),
    ],
  ])("reads bytes that are %s as they are, and writes them back so", async (_what, bytes) => {
    const functions = withSession((state) => {
      expect(state.session?.typename).toBe("");
      expect(state.session?.bytes).toEqual(bytes);
      const { session } = state;
      state.session = session;
    });
    expect(await storedBytes(functions, raw(bytes))).toEqual([bytes]);
  });

  it("is shared with a state of one type, whose values are an Any too", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { state: { session: duration } }, ({ state }) => {
      if (state.session) state.session.seconds += 1n;
    });
    const any = anyPack(DurationSchema, create(DurationSchema, { seconds: 8n }));
    expect(await storedBytes(functions, raw(python))).toEqual([toBinary(AnySchema, any)]);
  });

  it("is undecodable for a state of another type", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { state: { session: int } }, ({ state }) => void state.session);
    for (const bytes of [python, Uint8Array.of(0xff)]) {
      const batch = { state: [["session", raw(bytes)]] as const, messages: [message] };
      await failure(complete(codecV2, functions, batch), "state_undecodable");
    }
  });
});
