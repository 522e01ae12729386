import { bytes, json, StatefulFunctions, shape, string } from "statefun";
import { describe, expect, it } from "vitest";
import { complete, failure, wires, wireValue, written } from "./support/program.ts";
import { texts } from "./support/texts.ts";

const blob = bytes("test/blob");
const message = wireValue(string, "go");

describe.each(wires)("maxStateBytes on wire $name", (codec) => {
  const limits = { maxStateBytes: 20 };
  const state = [["kept", undefined]] as const;

  it("holds for an assignment, to the byte and where it is made", async () => {
    const assigning = (size: number) => {
      const functions = new StatefulFunctions();
      functions.bind("test/fn", { state: { kept: blob } }, (context) => {
        context.state.kept = new Uint8Array(size);
        context.emit(texts, "still here");
      });
      return complete(codec, functions, { state, messages: [message] }, { limits });
    };
    expect(written(await assigning(20), "kept", blob)).toHaveLength(20);
    const error = await failure(assigning(21), "limit_exceeded");
    expect(error.message).toMatch(/"kept" of test\/fn.*21 bytes.*maxStateBytes \(20\)/);
  });

  it("holds for a change in place", async () => {
    const list = json("test/list", shape<string[]>());
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: string, state: { kept: list } }, ({ state }, text) => {
      state.kept?.push(text);
    });
    const growing = (text: string) =>
      complete(
        codec,
        functions,
        { state: [["kept", wireValue(list, ["a"])]], messages: [wireValue(string, text)] },
        { limits },
      );
    expect(written(await growing("x".repeat(12)), "kept", list)).toHaveLength(2);
    await failure(growing("x".repeat(13)), "limit_exceeded");
  });

  it("lets a larger state of older days be read, replaced and deleted", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: string, state: { kept: string } }, ({ state }, how) => {
      if (how === "read") void state.kept;
      else if (how === "replace") state.kept = "small";
      else delete state.kept;
    });
    const large = [["kept", wireValue(string, "x".repeat(100))]] as const;
    const run = async (how: string) => {
      const batch = { state: large, messages: [wireValue(string, how)] };
      return written(await complete(codec, functions, batch, { limits }), "kept", string);
    };
    expect([await run("read"), await run("replace"), await run("delete")]).toEqual([
      undefined,
      "small",
      null,
    ]);
  });
});
