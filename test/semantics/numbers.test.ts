import { inspect } from "node:util";
import {
  type AnyType,
  bool,
  double,
  float,
  int,
  json,
  long,
  StatefulFunctions,
  string,
} from "statefun";
import { describe, expect, it } from "vitest";
import { complete, failure, sent, wires, wireValue, written } from "./support/program.ts";
import { elsewhere } from "./support/texts.ts";

const maxLong = 2n ** 63n - 1n;

/** Values that arrive as they were sent. */
const exact: readonly (readonly [type: AnyType, values: readonly unknown[]])[] = [
  [int, [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]],
  [long, [0n, 1n, -1n, maxLong, -maxLong - 1n, 2n ** 53n + 1n, -(2n ** 53n) - 1n]],
  [float, [0, -0, 0.5, -1.5, Number.NaN, Infinity, -Infinity, Math.fround(3.4e38), 2 ** -149]],
  [double, [0, -0, 0.1, Number.NaN, Infinity, -Infinity, Number.MAX_VALUE, Number.MIN_VALUE]],
  [bool, [true, false]],
  [string, ["", "\0", "é", "🙂", "\ufeffmark", "\ufffd", "line\nline"]],
  [json("test/json"), [null, 0, -1.5, "", "\ud800", [], {}, [[null]], { "": "" }]],
];

/** Values that a type has no bytes for. */
const refused: readonly (readonly [type: AnyType, values: readonly unknown[]])[] = [
  [int, [2 ** 31, -(2 ** 31) - 1, 0.5, Number.NaN, Infinity, "1", true, null, [], {}, 1n, 5n]],
  [long, [maxLong + 1n, -maxLong - 2n, 2n ** 64n, 1, 0, "1", null, true, {}]],
  [float, [3.5e38, -1e39, Number.MAX_VALUE, "1", null, 1n, true, {}]],
  [double, ["1", null, 1n, true, [], {}]],
  [bool, [0, 1, "true", null, {}, 0n]],
  [string, [0, null, true, [], {}, "\ud800", "a\udc00b", "\ud83d\ud83d\ude42", Object("boxed")]],
  [json("test/json"), [() => 1, Symbol("s"), 1n]],
];

const table = (rows: typeof exact) =>
  rows.flatMap(([type, values]) =>
    values.map((value) => ({ type, value, text: inspect(value), name: type.typename })),
  );

describe.each(wires)("a value on wire $name", (codec) => {
  /** Stores a value, and reads it in the next batch. */
  async function stored(type: AnyType, value: unknown): Promise<unknown> {
    const functions = new StatefulFunctions();
    let read: unknown;
    functions.bind("test/fn", { accepts: string, state: { kept: type } }, ({ state }, how) => {
      if (how === "write") state.kept = value;
      else read = state.kept;
    });
    const write = { state: [["kept", undefined]] as const, messages: [wireValue(string, "write")] };
    const { mutations } = await complete(codec, functions, write);
    const state = [["kept", mutations[0]?.value]] as const;
    const again = await complete(codec, functions, {
      state,
      messages: [wireValue(string, "read")],
    });
    expect(again.mutations).toEqual([]);
    return read;
  }

  it.each(table(exact))("$text is kept by a state of $name", async ({ type, value }) => {
    expect(await stored(type, value)).toStrictEqual(value);
  });

  it.each(table(exact))("$text arrives as a message of $name", async ({ type, value }) => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: type }, (context, got: unknown) => {
      context.send(elsewhere, type.of(got));
    });
    const outcome = await complete(codec, functions, { messages: [wireValue(type, value)] });
    expect(sent(outcome, type)).toStrictEqual([value]);
  });

  it.each(table(refused))("$text is no $name", async ({ type, value }) => {
    await failure(stored(type, value), "value_invalid");
    await failure(() => type.of(value), "value_invalid");
    await failure(() => type.encode(value), "value_invalid");
  });

  it("minus zero is an int of zero", async () => {
    expect(await stored(int, -0)).toBe(0);
  });

  it("a float is the nearest one", async () => {
    expect(await stored(float, 0.1)).toBe(Math.fround(0.1));
  });

  it("adds beyond 53 bits without rounding", async () => {
    const functions = new StatefulFunctions();
    const state = { sum: { type: long, initial: 0n } };
    functions.bind("test/fn", { accepts: long, state }, (context, by) => {
      context.state.sum += by;
    });
    const add = (sum: bigint, by: bigint) =>
      complete(codec, functions, {
        state: [["sum", wireValue(long, sum)]],
        messages: [wireValue(long, by), wireValue(long, 0n)],
      });
    expect(written(await add(2n ** 53n, 1n), "sum", long)).toBe(2n ** 53n + 1n);
    expect(written(await add(-maxLong, -1n), "sum", long)).toBe(-maxLong - 1n);
    await failure(add(maxLong, 1n), "value_invalid");
  });
});
