import { StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../../src/engine/contract/engine.ts";
import { collecting } from "../../observer/support/collecting.ts";
import { acting, actionStores, order, sendText } from "./support.ts";

const a = { typename: "test/sink", id: "a" };
const owner = { typename: "test/owner", id: "o" };
const other = { typename: "test/owner", id: "b" };

function functionsOf(): StatefulFunctions {
  const functions = new StatefulFunctions();
  const sink = functions.bind("test/sink", { accepts: string }, () => {});
  functions.bind("test/owner", { accepts: string }, (context, text) => {
    context.sendAfter(3_600_000, sink.at("a"), "x", { cancellationToken: text });
  });
  return functions;
}

const timersOf = (engine: Engine): readonly number[] =>
  engine.partition.options.store.timerHeads(0, 100).map(({ number }) => number);

describe.each(actionStores)("an observer of what operators do, on %s,", (kind) => {
  const host = acting(kind);
  const start = async (functions = functionsOf()) => {
    const seen = collecting();
    const engine = await host.start(functions, { observer: seen.observer });
    return { seen, engine };
  };

  it("hears of each action that had an effect, once", async () => {
    const { seen, engine } = await start();
    await order(engine, { kind: "pause", typename: "test/sink" }, "1");
    await order(engine, { kind: "pause", typename: "test/sink" }, "1");
    await order(engine, { kind: "pause", typename: "test/sink" });
    await order(engine, { kind: "pause", ...a });
    await order(engine, { kind: "retry", address: a });
    await order(engine, { kind: "skip", address: a, number: 999 }).catch(() => {});
    const all = { filter: {}, after: 0, upTo: 99, limit: 10, isDryRun: true };
    await order(engine, { kind: "discard-all", ...all });
    const one = { engine: "embedded", action: "pause", who: "operator" };
    expect(seen.of("operated")).toEqual([
      { ...one, address: undefined },
      { ...one, address: a },
    ]);
  });

  it("hears of a message that was taken out of its mailbox", async () => {
    const { seen, engine } = await start();
    await order(engine, { kind: "pause", ...a });
    const number = await sendText(engine, a, "x");
    await order(engine, { kind: "skip", address: a, number });
    expect(seen.of("dead")).toMatchObject([{ address: a, code: "discarded_by_operator" }]);
    expect(seen.of("operated").at(-1)).toMatchObject({ action: "skip", address: a });
  });

  it("hears of timers that they cancel, fire, or delete with their instance", async () => {
    const { seen, engine } = await start();
    await sendText(engine, a, "later", 3_600_000);
    for (const text of ["1", "2"]) {
      await sendText(engine, owner, text);
      await engine.idle();
    }
    await sendText(engine, other, "3");
    await engine.idle();
    const [first = -1, second = -1, third = -1] = timersOf(engine);
    seen.clear();
    const again = await host.start(functionsOf(), { observer: seen.observer });
    for (const [kind, number] of [
      ["cancel-timer", first],
      ["fire-timer", second],
      ["cancel-timer", third],
    ] as const) {
      await order(again, { kind, number });
      await expect(order(again, { kind, number })).rejects.toMatchObject({ code: "conflict" });
    }
    await order(again, { kind: "delete-instance", address: other, withTimers: true });
    expect(timersOf(again)).toEqual([]);
    const common = { engine: "embedded", ms: 0 };
    expect(seen.of("timer")).toEqual([
      // One that a client has set belongs to its target.
      { ...common, kind: "cancelled", address: a },
      { ...common, kind: "fired", address: a },
      { ...common, kind: "cancelled", address: owner },
      { ...common, kind: "cancelled", address: other },
    ]);
  });
});
