import { customType, StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import { complete, sent, wires, wireValue, written } from "./support/program.ts";
import { elsewhere } from "./support/texts.ts";

const buffer = new Uint8Array(1);
/** What a thrifty program does: each encoding overwrites the one before. */
const counter = customType<{ n: number }>({
  typename: "test/counter",
  encode: ({ n }) => {
    buffer[0] = n;
    return buffer;
  },
  decode: ([n = 0]) => ({ n }),
});

const state = [
  ["first", wireValue(counter, { n: 1 })],
  ["second", wireValue(counter, { n: 1 })],
] as const;
const absent = [
  ["first", undefined],
  ["second", undefined],
] as const;
const messages = [wireValue(string, "go")];

describe.each(wires)("a type that encodes into one buffer, on wire $name,", (codec) => {
  const functions = new StatefulFunctions();
  const kept = { first: counter, second: counter };
  functions.bind("test/fn", { state: kept }, ({ state: { first, second } }) => {
    if (first && second) first.n = second.n + 2;
  });

  it("has its changes in place noticed, and the rest left alone", async () => {
    const outcome = await complete(codec, functions, { state, messages });
    expect(written(outcome, "first", counter)).toEqual({ n: 3 });
    expect(written(outcome, "second", counter)).toBe(undefined);
  });

  it("has the initial value that was changed in place noticed", async () => {
    const starting = new StatefulFunctions();
    const spec = { type: counter, initial: () => ({ n: 7 }) };
    starting.bind("test/fn", { state: { first: spec, second: spec } }, (context) => {
      context.state.first.n += context.state.second.n;
    });
    const outcome = await complete(codec, starting, { state: absent, messages });
    expect(written(outcome, "first", counter)).toEqual({ n: 14 });
    expect(written(outcome, "second", counter)).toBe(undefined);
  });

  it("keeps two assigned values apart", async () => {
    const assigning = new StatefulFunctions();
    assigning.bind("test/fn", { state: kept }, (context) => {
      context.state.first = { n: 5 };
      context.state.second = { n: 6 };
    });
    const outcome = await complete(codec, assigning, { state: absent, messages });
    expect(written(outcome, "first", counter)).toEqual({ n: 5 });
    expect(written(outcome, "second", counter)).toEqual({ n: 6 });
  });

  it("keeps two messages apart", async () => {
    const sending = new StatefulFunctions();
    sending.bind("test/fn", (context) => {
      const first = counter.of({ n: 5 });
      context.send(elsewhere, counter.of({ n: 6 }));
      context.send(elsewhere, first);
    });
    const outcome = await complete(codec, sending, { messages });
    expect(sent(outcome, counter)).toEqual([{ n: 6 }, { n: 5 }]);
  });
});
