import {
  deadLetterTo,
  failedMessage,
  functionRef,
  int,
  json,
  NonRetryableError,
  StatefulFunctions,
  shape,
  string,
} from "statefun";
import { kafkaEgress } from "statefun/kafka";
import { describe, expect, it } from "vitest";
import {
  complete,
  emitted,
  failure,
  readValue,
  wires,
  wireValue,
  written,
} from "./support/program.ts";
import { elsewhere, texts } from "./support/texts.ts";

const morgue = functionRef("test/morgue", failedMessage);
const deadLetter = deadLetterTo(morgue.at("all"));
const cart = json("test/cart", shape<{ items: string[] }>());
const kafka = kafkaEgress("test/kafka");

/** Does everything that a handler can do, and fails at the end when the message says so. */
function everything(withTokens: boolean): StatefulFunctions {
  const functions = new StatefulFunctions();
  const state = {
    count: { type: int, initial: 0 },
    text: string,
    cart,
    fresh: { type: cart, initial: () => ({ items: [] }) },
  };
  functions.bind("test/fn", { accepts: string, state }, async (context, text) => {
    const { state } = context;
    state.cart?.items.push(text);
    state.fresh.items.push(text);
    state.count += 1;
    if (text.endsWith("-deleting")) context.clear("text", "count");
    else state.text = text;
    await Promise.resolve();
    context.send(elsewhere, string.of(text));
    const options = withTokens ? { cancellationToken: `token of ${text}` } : {};
    context.sendAfter(5, elsewhere, string.of(text), options);
    if (withTokens) context.cancel(`other token of ${text}`);
    context.emit(texts, text);
    context.emit(kafka, { topic: "t", value: text });
    if (text.startsWith("bad")) throw new NonRetryableError(`cannot do ${text}`);
  });
  return functions;
}

const message = (text: string) => wireValue(string, text);

describe.each(wires)("a message that became a dead letter on wire $name", (codec) => {
  const withTokens = codec.features.cancellation;
  const state = [
    ["count", wireValue(int, 5)],
    ["text", wireValue(string, "old")],
    ["cart", wireValue(cart, { items: ["old"] })],
    ["fresh", undefined],
  ] as const;
  const runAll = (...texts: string[]) => {
    const messages = texts.map((text) =>
      text === "unreadable" ? wireValue(int, 1) : message(text),
    );
    return complete(codec, everything(withTokens), { state, messages }, { deadLetter });
  };

  it.each(["bad", "bad-deleting", "unreadable"])(
    "leaves nothing of what it did, alone in its batch: %s",
    async (text) => {
      const outcome = await runAll(text);
      expect(outcome.mutations).toEqual([]);
      expect(outcome.delayed).toEqual([]);
      expect(outcome.egresses).toEqual([]);
      expect(outcome.messages.map(({ target }) => target)).toEqual([
        { typename: "test/morgue", id: "all" },
      ]);
    },
  );

  it.each(["bad", "bad-deleting", "unreadable"])(
    "leaves what other messages of its batch did, before and after it: %s",
    async (text) => {
      const outcome = await runAll("one", text, "two", text);
      const without = await runAll("one", "two");
      expect(outcome.mutations).toEqual(without.mutations);
      expect(outcome.delayed).toEqual(without.delayed);
      expect(outcome.egresses).toEqual(without.egresses);
      expect(written(outcome, "count", int)).toBe(7);
      expect(written(outcome, "text", string)).toBe("two");
      expect(written(outcome, "cart", cart)).toEqual({ items: ["old", "one", "two"] });
      expect(written(outcome, "fresh", cart)).toEqual({ items: ["one", "two"] });
    },
  );

  it("is answered by its dead letter in its place among the messages", async () => {
    const { messages } = await runAll("one", "bad", "two", "unreadable");
    expect(messages.map(({ target, argument }) => [target.typename, argument.typename])).toEqual([
      ["test/elsewhere", string.typename],
      ["test/morgue", failedMessage.typename],
      ["test/elsewhere", string.typename],
      ["test/morgue", failedMessage.typename],
    ]);
    const failed = [messages[1], messages[3]].map(
      (one) => one && readValue(one.argument, failedMessage).error.code,
    );
    expect(failed).toEqual(["non_retryable", "message_undecodable"]);
  });

  it("is not needed to start from initial again, which a later message may change in place", async () => {
    const functions = new StatefulFunctions();
    const fresh = { type: cart, initial: () => ({ items: ["first"] }) };
    functions.bind("test/fn", { accepts: string, state: { fresh } }, ({ state: own }, text) => {
      if (text === "delete") Reflect.deleteProperty(own, "fresh");
      if (own.fresh.items.length > 0 && text === "push") own.fresh.items.push(text);
    });
    const batch = {
      state: [["fresh", wireValue(cart, { items: ["old"] })]] as const,
      messages: ["delete", "push"].map(message),
    };
    const outcome = await complete(codec, functions, batch, { deadLetter });
    expect(written(outcome, "fresh", cart)).toEqual({ items: ["first", "push"] });
  });

  it("leaves a deletion of an earlier message as it was", async () => {
    const outcome = await runAll("good-deleting", "bad");
    expect(written(outcome, "count", int)).toBe(null);
    expect(written(outcome, "text", string)).toBe(null);
  });

  it("takes back changes of a value that an earlier message assigned", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: string, state: { cart } }, ({ state }, text) => {
      if (state.cart === undefined) state.cart = { items: [text] };
      else state.cart.items.push(text);
      if (text === "bad") throw new NonRetryableError("no");
    });
    const batch = {
      state: [["cart", undefined]] as const,
      messages: ["one", "bad", "two"].map(message),
    };
    const outcome = await complete(codec, functions, batch, { deadLetter });
    expect(written(outcome, "cart", cart)).toEqual({ items: ["one", "two"] });
  });

  it("does not keep an object alive that the next message could see changed", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: string, state: { cart } }, (context, text) => {
      context.emit(texts, JSON.stringify(context.state.cart));
      context.state.cart?.items.push(text);
      if (text === "bad") throw new NonRetryableError("no");
    });
    const batch = { state: [state[2]], messages: ["bad", "one", "two"].map(message) };
    const outcome = await complete(codec, functions, batch, { deadLetter });
    const seen = emitted(outcome, string).map((text) => JSON.parse(text).items);
    // What the first message emitted is taken back as well.
    expect(seen).toEqual([["old"], ["old", "one"]]);
  });

  it("fails its batch like any other error when no dead letters are wanted", async () => {
    const batch = { state, messages: [message("one"), message("bad")] };
    await expect(complete(codec, everything(withTokens), batch)).rejects.toThrow("cannot do bad");
    const unreadable = { state, messages: [message("one"), wireValue(int, 1)] };
    await failure(complete(codec, everything(withTokens), unreadable), "message_undecodable");
  });

  it("does not save the batch from another message's error", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: string }, (_context, text) => {
      throw text === "bad" ? new NonRetryableError("bad") : new RangeError("worse");
    });
    const batch = { messages: [message("bad"), message("worse"), message("bad")] };
    await expect(complete(codec, functions, batch, { deadLetter })).rejects.toThrow("worse");
  });
});
