import {
  type Context,
  deadLetterTo,
  failedMessage,
  functionRef,
  int,
  NonRetryableError,
  StatefulFunctions,
  string,
} from "statefun";
import { kafkaEgress } from "statefun/kafka";
import { describe, expect, it } from "vitest";
import { complete, failure, sent, wires, wireValue } from "./support/program.ts";
import { elsewhere, texts } from "./support/texts.ts";

interface States {
  count: { type: typeof int; initial: number };
  text: typeof string;
}
type Held = Context<States, unknown, string>;

/** Everything that has an effect or looks at the state, by a context held too long. */
const uses: readonly (readonly [use: string, run: (context: Held) => unknown])[] = [
  ["send", (context) => context.send(elsewhere, string.of("late"))],
  ["sendAfter", (context) => context.sendAfter(5, elsewhere, string.of("late"))],
  ["cancel", (context) => context.cancel("token")],
  ["reply", (context) => context.reply("late")],
  ["emit", (context) => context.emit(texts, "late")],
  ["emit to Kafka", (context) => context.emit(kafkaEgress("a/b"), { topic: "t", value: "v" })],
  ["clear", (context) => context.clear("count")],
  ["a read of state", (context) => context.state.count],
  ["a write of state", (context) => (context.state.text = "late")],
  ["a deletion of state", (context) => delete context.state.text],
  ["a search in state", (context) => "text" in context.state],
  ["a copy of state", (context) => ({ ...context.state })],
];

const state = [
  ["count", wireValue(int, 5)],
  ["text", wireValue(string, "old")],
] as const;
const caller = { typename: "test/caller", id: "c" };
const message = (text: string) => wireValue(string, text);

/** Binds a handler and keeps its contexts. */
function keeping(handle: (context: Held, text: string) => unknown) {
  const kept: Held[] = [];
  const functions = new StatefulFunctions();
  const options = {
    accepts: string,
    replies: string,
    state: { count: { type: int, initial: 0 }, text: string },
  };
  functions.bind("test/fn", options, (context, text) => {
    kept.push(context);
    return handle(context, text) as undefined;
  });
  return { functions, kept };
}

describe.each(wires)("a context on wire $name is closed", (codec) => {
  const batch = { state, caller, messages: [message("go")] };

  describe.each(uses)("for %s", (_use, use) => {
    const late = (context: Held | undefined) => () => context && use(context);

    it("when the handler has returned", async () => {
      const { functions, kept } = keeping(() => undefined);
      await complete(codec, functions, batch);
      expect(kept).toHaveLength(1);
      await failure(late(kept[0]), "context_closed");
    });

    it("when the promise of the handler is fulfilled", async () => {
      const { functions, kept } = keeping(async () => await Promise.resolve());
      await complete(codec, functions, batch);
      await failure(late(kept[0]), "context_closed");
    });

    it("when the handler has thrown, now or later", async () => {
      for (const handle of [
        () => {
          throw new RangeError("no");
        },
        () => Promise.reject(new RangeError("no")),
      ]) {
        const { functions, kept } = keeping(handle);
        await expect(complete(codec, functions, batch)).rejects.toThrow("no");
        await failure(late(kept[0]), "context_closed");
      }
    });
  });

  it("for what a handler does not wait for, and that fails instead of being lost", async () => {
    const floating: Promise<unknown>[] = [];
    const { functions } = keeping((context, text) => {
      const later = async () => {
        await Promise.resolve();
        context.send(elsewhere, string.of(text));
      };
      floating.push(later());
    });
    const outcome = await complete(codec, functions, batch);
    expect(outcome.messages).toEqual([]);
    await failure(floating[0] ?? Promise.resolve(), "context_closed");
  });

  it("but for nothing that is awaited, however long", async () => {
    const { functions } = keeping(async (context, text) => {
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      await new Promise((resolve) => setTimeout(resolve, 1));
      context.send(elsewhere, string.of(`${text} ${context.state.count}`));
    });
    expect(sent(await complete(codec, functions, batch), string)).toEqual(["go 5"]);
  });

  it("with the state that a handler took out of it", async () => {
    const taken: Held["state"][] = [];
    const { functions } = keeping(({ state: own }) => void taken.push(own));
    await complete(codec, functions, batch);
    const [own] = taken;
    if (own === undefined) return expect.fail("nothing was taken");
    await failure(() => own.count, "context_closed");
    await failure(() => (own.count = 1), "context_closed");
    await failure(() => Object.keys(own), "context_closed");
  });

  it("to the later messages of its batch", async () => {
    const errors: unknown[] = [];
    const { functions, kept } = keeping((context) => {
      const [first] = kept;
      for (const [, use] of uses) {
        try {
          if (first && first !== context) use(first);
        } catch (error) {
          errors.push(error);
        }
      }
    });
    const messages = [message("first"), message("second")];
    const outcome = await complete(codec, functions, { state, caller, messages });
    expect(errors).toHaveLength(uses.length);
    for (const error of errors) expect(error).toMatchObject({ code: "context_closed" });
    const { messages: none, delayed, egresses, mutations } = outcome;
    expect([none, delayed, egresses, mutations]).toEqual([[], [], [], []]);
  });

  it("when its message has become a dead letter", async () => {
    const errors: unknown[] = [];
    const morgue = functionRef("test/morgue", failedMessage);
    const { functions, kept } = keeping((context, text) => {
      if (text === "bad") throw new NonRetryableError("bad");
      try {
        kept[0]?.send(elsewhere, string.of("late"));
      } catch (error) {
        errors.push(error);
      }
      context.send(elsewhere, string.of(text));
    });
    const messages = [message("bad"), message("good")];
    const deadLetter = deadLetterTo(morgue.at("all"));
    const outcome = await complete(codec, functions, { state, messages }, { deadLetter });
    expect(errors).toMatchObject([{ code: "context_closed" }]);
    expect(outcome.messages.map(({ target }) => target.typename)).toEqual([
      "test/morgue",
      "test/elsewhere",
    ]);
  });

  it("but still says where the message came from, for a log", async () => {
    const { functions, kept } = keeping(() => undefined);
    await complete(codec, functions, batch);
    expect(kept[0]?.self).toMatchObject({ typename: "test/fn", id: "1" });
    expect(kept[0]?.caller).toMatchObject(caller);
  });
});
