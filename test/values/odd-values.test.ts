import { string } from "statefun";
import { describe, expect, it } from "vitest";
import {
  complete,
  failure,
  sent,
  wires,
  wireValue,
  written,
} from "../semantics/support/program.ts";
import { Data, keeper } from "./support/keeper.ts";
import { keptValues, refusedValues } from "./support/node-values.ts";
import { expectedOf } from "./support/odd-values.ts";
import { expectSame } from "./support/same.ts";

const messages = (...texts: string[]) => texts.map((text) => wireValue(string, text));
const absent = [["kept", undefined]] as const;

describe.each(wires)("a value that JSON gives back, on wire $name,", (codec) => {
  it.each(keptValues)(
    "is read as it was written in the same batch and in the next: $name",
    async (value) => {
      const { functions, seenAt } = keeper(value.make);
      const together = messages("store", "read", "read");
      const outcome = await complete(codec, functions, { state: absent, messages: together });
      const state = [["kept", outcome.mutations[0]?.value]] as const;
      await complete(codec, functions, { state, messages: messages("read") });
      const seen = seenAt("1");
      expect(seen).toHaveLength(3);
      for (const one of seen) expectSame(one, expectedOf(value));
      expectSame(written(outcome, "kept", Data), expectedOf(value));
    },
  );

  it.each(keptValues)("is received as it was sent: $name", async (value) => {
    const { functions } = keeper(value.make);
    const outcome = await complete(codec, functions, { state: absent, messages: messages("send") });
    expectSame(sent(outcome, Data)[0], expectedOf(value));
    expectSame(Data.of(value.make()).value, expectedOf(value));
  });

  it.each(keptValues)("is not written again by a mere read: $name", async (value) => {
    const { functions } = keeper(value.make);
    const state = [["kept", wireValue(Data, value.make())]] as const;
    const outcome = await complete(codec, functions, { state, messages: messages("read", "read") });
    expect(outcome.mutations).toEqual([]);
  });
});

describe.each(wires)("a value that JSON does not give back, on wire $name,", (codec) => {
  it.each(refusedValues)(
    "is refused in a state and in a message, with its place: $name",
    async ({ make, refused = "" }) => {
      const { functions } = keeper(make);
      for (const command of ["store", "send"]) {
        const batch = { state: absent, messages: messages(command, "read") };
        const error = await failure(complete(codec, functions, batch), "value_invalid");
        expect(error.message).toContain(refused);
        expect(error.message).toContain("test/Data: ");
      }
      await failure(() => Data.of(make()), "value_invalid");
    },
  );

  it.each(refusedValues)(
    "is refused where a change in place brought it: $name",
    async ({ make }) => {
      const { functions } = keeper(() => 0);
      functions.bind("test/list", { state: { kept: Data } }, ({ state }) => {
        (state.kept as unknown[]).push(make());
      });
      const state = [["kept", wireValue(Data, [1])]] as const;
      const target = { typename: "test/list", id: "1" };
      const batch = { target, state, messages: messages("go") };
      await failure(complete(codec, functions, batch), "value_invalid");
    },
  );
});

it("undefined is no message, and forgets a state", async () => {
  await failure(() => Data.of(undefined), "value_invalid");
});
