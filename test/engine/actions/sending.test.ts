import { setImmediate as turn } from "node:timers/promises";
import { StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import { type Action, callKeyOf } from "../../../src/engine/contract/actions.ts";
import type { Engine } from "../../../src/engine/contract/engine.ts";
import { acting, actionStores, activity, order, stateOf, textValue } from "./support.ts";

const a = { typename: "test/note", id: "a" };

/** Notes what comes, each after some turns of the event loop, and answers callers. */
function noting(): StatefulFunctions {
  const functions = new StatefulFunctions();
  const state = { all: { type: string, initial: "" } };
  functions.bind(
    "test/note",
    { accepts: string, replies: string, state },
    async (context, text) => {
      await turn();
      context.state.all += `${text} `;
      if (context.caller !== undefined) context.reply(text);
    },
  );
  return functions;
}

const send = (text: string, more: object = {}): Action => ({
  kind: "send",
  address: a,
  value: textValue(text),
  delayMs: 0,
  isCall: false,
  ...more,
});

const noted = (engine: Engine): string => stateOf(engine, a, "all").text ?? "";
const timesOf = (text: string, engine: Engine): number =>
  noted(engine)
    .split(" ")
    .filter((one) => one === text).length;

describe.each(actionStores)("a message of an operator, on %s,", (kind) => {
  const host = acting(kind);

  it("is there exactly if its record is, whenever the process dies, and once for its key", async () => {
    // What acts is loaded with the first action.
    await order(await host.start(noting()), send("first"));
    let before = 1;
    const seen = new Set<number>();
    for (let turns = 0; turns < 12; turns++) {
      let engine = await host.start(noting());
      const text = `m${turns}`;
      // Messages of others that wait for their run without being stored.
      for (let other = 0; other < 20; other++) {
        engine
          .send({ target: a, argument: textValue("x"), idempotencyKey: undefined, delayMs: 0 })
          .catch(() => {});
      }
      order(engine, send(text), text).catch(() => {});
      for (let left = turns; left > 0; left--) await turn();
      await host.crash();
      engine = await host.start(noting());
      await engine.idle();
      const records = activity(engine).length - before;
      seen.add(records);
      expect([turns, timesOf(text, engine)]).toEqual([turns, records]);
      const repeated = await order(engine, send(text), text);
      expect(repeated.isDuplicate).toBe(records === 1);
      await engine.idle();
      expect([timesOf(text, engine), activity(engine).length - before]).toEqual([1, 1]);
      before++;
      await host.crash();
    }
    expect([...seen].sort()).toEqual([0, 1]);
  });

  it("is a call whose reply is there for its key, over a crash", async () => {
    let engine = await host.start(noting());
    const call = send("hello", { isCall: true });
    await order(engine, call, "k");
    await host.crash();
    engine = await host.start(noting());
    expect(await order(engine, call, "k")).toMatchObject({ isDuplicate: true });
    const idempotencyKey = callKeyOf("k");
    const arrival = { target: a, argument: textValue("hello"), idempotencyKey, delayMs: 0 };
    const answer = await new Promise((resolve) => engine.call(arrival, resolve));
    expect(answer).toMatchObject({ kind: "reply", value: { typename: string.typename } });
    expect(noted(engine)).toBe("hello ");
  });

  it("is refused where its fields are not what they must be", async () => {
    const engine = await host.start(noting());
    for (const wrong of [
      { address: { typename: "statefun/ingress", id: "" } },
      { value: "x" },
      { delayMs: -1 },
      { delayMs: 8.64e15 + 1 },
      { isCall: 1 },
      { isCall: true, delayMs: 1 },
    ]) {
      await expect(order(engine, send("x", wrong))).rejects.toMatchObject({
        code: "invalid_argument",
      });
    }
    expect(activity(engine)).toEqual([]);
  });
});
