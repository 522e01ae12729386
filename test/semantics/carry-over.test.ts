import { int, StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import { complete, emitted, failure, wires, wireValue, written } from "./support/program.ts";
import { texts } from "./support/texts.ts";

const counter = { type: int, initial: 0 };

/** Each message is a list of steps: what a handler may do to its state, in words. */
function scripted(): StatefulFunctions {
  const functions = new StatefulFunctions();
  const state = { count: counter, last: string, other: string };
  functions.bind("test/fn", { accepts: string, state }, (context, steps) => {
    for (const step of steps.split(" ")) {
      if (step === "add") context.state.count += 1;
      else if (step === "touch") context.state.count = Number(context.state.count);
      else if (step === "read") context.emit(texts, String(context.state.last));
      else if (step === "count") context.emit(texts, String(context.state.count));
      else if (step === "delete") delete context.state.last;
      else if (step === "forget") context.state.last = undefined;
      else if (step === "clear") context.clear("last", "count");
      else context.state.last = step;
    }
  });
  return functions;
}

const steps = (...texts: string[]) => texts.map((text) => wireValue(string, text));

describe.each(wires)("state in a batch on wire $name", (codec) => {
  const all = [
    ["count", undefined],
    ["last", undefined],
    ["other", undefined],
  ] as const;
  const stored = [
    ["count", wireValue(int, 5)],
    ["last", wireValue(string, "old")],
    ["other", wireValue(string, "other")],
  ] as const;

  it("goes from one message to the next, and leaves once", async () => {
    const messages = steps("add count", "add count", "add count");
    const outcome = await complete(codec, scripted(), { state: stored, messages });
    expect(emitted(outcome, string)).toEqual(["6", "7", "8"]);
    expect(outcome.mutations).toHaveLength(1);
    expect(written(outcome, "count", int)).toBe(8);
  });

  it("goes on over messages that do not touch it", async () => {
    const messages = steps("new", "count", "read");
    const outcome = await complete(codec, scripted(), { state: stored, messages });
    expect(emitted(outcome, string)).toEqual(["5", "new"]);
    expect(written(outcome, "last", string)).toBe("new");
  });

  it.each([
    ["a deletion and then a value", ["delete new"], "new"],
    ["a value and then a deletion", ["new delete"], null],
    ["a deletion and then a value, in two messages", ["delete", "new"], "new"],
    ["a value and then a deletion, in two messages", ["new", "delete"], null],
    ["a value, a deletion and a value", ["one delete", "two"], "two"],
    ["an assigned undefined", ["forget"], null],
    ["a deletion twice", ["delete", "delete"], null],
    ["two values", ["one two"], "two"],
  ])("of %s keeps the last", async (_what, texts, expected) => {
    const outcome = await complete(codec, scripted(), { state: stored, messages: steps(...texts) });
    expect(written(outcome, "last", string)).toBe(expected);
    expect(outcome.mutations).toHaveLength(1);
  });

  it("is absent after a deletion, for the same message and for the next", async () => {
    const messages = steps("delete read", "read");
    const outcome = await complete(codec, scripted(), { state: stored, messages });
    expect(emitted(outcome, string)).toEqual(["undefined", "undefined"]);
  });

  it("is cleared by several names at once, and reads as initial then", async () => {
    const messages = steps("clear count read", "count");
    const outcome = await complete(codec, scripted(), { state: stored, messages });
    expect(emitted(outcome, string)).toEqual(["0", "undefined", "0"]);
    expect(written(outcome, "count", int)).toBe(null);
    expect(written(outcome, "last", string)).toBe(null);
    expect(written(outcome, "other", string)).toBe(undefined);
  });

  it("counts from initial again after a clear", async () => {
    const messages = steps("add add", "clear add");
    const outcome = await complete(codec, scripted(), { state: stored, messages });
    expect(written(outcome, "count", int)).toBe(1);
  });

  it("is not written by a read, of initial or of a value", async () => {
    for (const state of [all, stored]) {
      const outcome = await complete(codec, scripted(), { state, messages: steps("read count") });
      expect(outcome.mutations).toEqual([]);
    }
  });

  it("is written by an assignment of the same value, which renews its time to live", async () => {
    const outcome = await complete(codec, scripted(), {
      state: stored,
      messages: steps("touch old"),
    });
    expect(written(outcome, "count", int)).toBe(5);
    expect(written(outcome, "last", string)).toBe("old");
  });

  it("is written by an assignment of what initial gives", async () => {
    const outcome = await complete(codec, scripted(), { state: all, messages: steps("touch") });
    expect(written(outcome, "count", int)).toBe(0);
  });

  it("of another instance is another: nothing stays in the program", async () => {
    const functions = scripted();
    const first = await complete(codec, functions, { state: all, messages: steps("add") });
    const second = await complete(codec, functions, { state: all, messages: steps("add") });
    expect([written(first, "count", int), written(second, "count", int)]).toEqual([1, 1]);
  });

  it("keeps its value when an assignment is refused", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { state: { count: counter } }, (context) => {
      context.state.count = 7;
      expect(() => (context.state.count = 0.5)).toThrow(/state "count" of test\/fn/);
      context.emit(texts, String(context.state.count));
    });
    const messages = steps("go");
    const outcome = await complete(codec, functions, { state: [["count", undefined]], messages });
    expect(emitted(outcome, string)).toEqual(["7"]);
    expect(written(outcome, "count", int)).toBe(7);
  });

  it("fails the batch at an assignment of another type's value", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { state: { last: string } }, (context) => {
      context.state.last = 5 as never;
    });
    const batch = { state: [["last", undefined]] as const, messages: steps("go") };
    await failure(complete(codec, functions, batch), "value_invalid");
  });

  it("is written in the order of the declarations, whatever the order of the writes", async () => {
    const messages = steps("new add");
    const outcome = await complete(codec, scripted(), { state: stored.toReversed(), messages });
    expect(outcome.mutations.map(({ name }) => name)).toEqual(["count", "last"]);
  });

  it("that the function does not declare is left alone", async () => {
    const state = [...stored, ["foreign", wireValue(string, "not ours")] as const];
    const outcome = await complete(codec, scripted(), { state, messages: steps("read add") });
    expect(outcome.mutations.map(({ name }) => name)).toEqual(["count"]);
  });
});
