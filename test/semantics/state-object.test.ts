import { int, StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import { complete, emitted, failure, wires, wireValue } from "./support/program.ts";
import { texts } from "./support/texts.ts";

const counter = { type: int, initial: 0 };
const all = [
  ["count", undefined],
  ["last", undefined],
] as const;
const steps = (...list: string[]) => list.map((text) => wireValue(string, text));

describe.each(wires)("context.state on wire $name", (codec) => {
  it("can be listed, looked for and copied like an object", async () => {
    const functions = new StatefulFunctions();
    functions.bind(
      "test/fn",
      { state: { count: counter, last: string, other: string } },
      (context) => {
        const { state } = context;
        context.emit(texts, JSON.stringify([{ ...state }, "last" in state, "other" in state]));
      },
    );
    const state = [...all, ["other", wireValue(string, "x")] as const];
    const outcome = await complete(codec, functions, { state, messages: steps("go") });
    expect(emitted(outcome, string)).toEqual(['[{"count":0,"other":"x"},false,true]']);
    expect(outcome.mutations).toEqual([]);
  });

  it("that the function does not declare cannot be written or cleared", async () => {
    const writes = (state: object) => Object.assign(state, { lost: 1 });
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: string, state: { last: string } }, (context, how) => {
      if (how === "assign") writes(context.state);
      else if (how === "delete") Reflect.deleteProperty(context.state, "lost");
      else context.clear("lost" as never);
    });
    for (const how of ["assign", "delete", "clear"]) {
      const batch = { state: [["last", undefined]] as const, messages: steps(how) };
      const error = await failure(complete(codec, functions, batch), "undeclared_state");
      expect(error.message).toMatch(/test\/fn .*lost.*last/);
    }
  });
});
