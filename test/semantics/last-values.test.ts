import { json, StatefulFunctions } from "statefun";
import { describe, expect, it } from "vitest";
import { complete, failure, wires, wireValue, written } from "./support/program.ts";

const Data = json<unknown>("test/Data");
const go = wireValue(Data, "go");

/** What a batch of so many messages keeps, each of which does the same. */
async function kept(
  codec: (typeof wires)[number],
  count: number,
  handle: (state: { kept?: unknown }) => void,
): Promise<unknown> {
  const functions = new StatefulFunctions();
  functions.bind("test/fn", { state: { kept: Data } }, ({ state }) => handle(state));
  const messages = Array.from({ length: count }, () => go);
  const outcome = await complete(codec, functions, { state: [["kept", undefined]], messages });
  return written(outcome, "kept", Data);
}

describe.each(wires)("a JSON state after the last message on wire $name", (codec) => {
  it.each([
    ["-0 beside what is undefined", { a: -0, b: undefined, c: [-0, { d: undefined }] }],
    [
      "text of several alphabets",
      { a: "größe", b: "名前 🎈", c: "\ud800", ключ: ["ß".repeat(70)] },
    ],
    ["a long text", { a: "ü".repeat(70_000) }],
    ["a bare number", 0],
  ])("is what it is between two messages: %s", async (_, value) => {
    const once = await kept(codec, 1, (state) => {
      state.kept = value;
    });
    const twice = await kept(codec, 2, (state) => {
      state.kept = value;
    });
    expect(once).toEqual(twice);
    expect(once).toEqual(
      JSON.parse(JSON.stringify(value).replaceAll('"a":0,', '"a":-0,').replaceAll("[0,{", "[-0,{")),
    );
  });

  it("has what was changed in place after it was assigned", async () => {
    const value = await kept(codec, 1, (state) => {
      const list: unknown[] = [1];
      state.kept = { list };
      list.push(2);
    });
    expect(value).toEqual({ list: [1, 2] });
  });

  it("is refused where it was changed to what is no JSON data", async () => {
    const change = kept(codec, 1, (state) => {
      const value: Record<string, unknown> = {};
      state.kept = value;
      value["at"] = new Date(0);
    });
    expect((await failure(change, "value_invalid")).message).toContain("a Date is not JSON data");
  });
});
