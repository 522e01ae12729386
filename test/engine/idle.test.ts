import { setTimeout as passed } from "node:timers/promises";
import { egress, int, StatefulFunctions } from "statefun";
import { describe, expect, it } from "vitest";
import { runs } from "../effort.ts";
import { hosted, stores } from "./support/stores.ts";

const first = egress("test/first", int);
const second = egress("test/second", int);

/** Emits to both egresses: at once, after a wait, or at the end of a chain of messages. */
function emitter() {
  const functions = new StatefulFunctions();
  const emit = (context: { emit(to: typeof first, value: number): void }, value: number): void => {
    context.emit(first, value);
    context.emit(second, value);
  };
  const atOnce = functions.bind("test/at-once", { accepts: int }, emit);
  const waiting = functions.bind("test/waiting", { accepts: int }, async (context, value) => {
    await passed(1);
    emit(context, value);
  });
  const chain = functions.bind("test/chain", { accepts: int }, async (context, value) => {
    const left = Number(context.self.id);
    if (left % 2 === 0) await undefined;
    if (left === 0) emit(context, value);
    else context.send(chain.at(String(left - 1)), value);
  });
  return { functions, "at-once": atOnce.at("1"), waiting: waiting.at("1"), chain: chain.at("5") };
}

/** Collects what is delivered, each delivery after so long. */
function receiver(delayMs: number) {
  const taken: { first: unknown[]; second: unknown[] } = { first: [], second: [] };
  const bindings = ([first, second] as const).map((to, index) =>
    to.to(async (records) => {
      if (delayMs > 0) await passed(delayMs);
      taken[index === 0 ? "first" : "second"].push(...records.map(({ value }) => value));
    }),
  );
  return { taken, bindings };
}

describe.each(stores)("idle on $name", (store) => {
  const host = hosted(store);
  const kinds = ["at-once", "waiting", "chain"] as const;
  const cases = [
    { delayMs: 0, rounds: runs(300) },
    { delayMs: 1, rounds: 25 },
    { delayMs: 50, rounds: 9 },
  ].flatMap((one) => kinds.map((kind) => ({ ...one, kind })));

  it.each(cases)(
    "has seen $rounds of $rounds deliveries of $delayMs ms, sent $kind",
    async (one) => {
      const { kind, delayMs, rounds } = one;
      const { functions, ...targets } = emitter();
      const { taken, bindings } = receiver(delayMs);
      const runtime = await host.start(functions, { egresses: bindings });
      for (let round = 1; round <= rounds; round++) {
        await runtime.send(targets[kind], round);
        await runtime.idle();
        expect([taken.first.length, taken.second.length]).toEqual([round, round]);
      }
    },
  );

  it.each(kinds)("is delivered before close resolves, sent %s", async (kind) => {
    const { functions, ...targets } = emitter();
    const { taken, bindings } = receiver(50);
    const runtime = await host.start(functions, { egresses: bindings });
    await runtime.send(targets[kind], 7);
    if (kind === "chain") await runtime.idle();
    await runtime.close({ drainMs: 10_000 });
    expect(taken).toEqual({ first: [7], second: [7] });
  });

  it("waits for the answer of a call on its way out, and for what a replay sends", async () => {
    const { functions, chain } = emitter();
    const { taken, bindings } = receiver(20);
    let isBroken = true;
    const broken = functions.bind("test/broken", { accepts: int }, async (context, value) => {
      await passed(1);
      if (isBroken) throw new Error("no");
      context.emit(first, value);
    });
    const runtime = await host.start(functions, { egresses: bindings, retry: { maxAttempts: 1 } });
    await runtime.send(broken.at("1"), 3);
    await runtime.idle();
    const [letter] = await runtime.deadLetters.list();
    isBroken = false;
    await runtime.deadLetters.replay(letter?.id ?? "");
    await runtime.idle();
    expect(taken.first).toEqual([3]);
    await runtime.send(chain, 4);
    await runtime.idle();
    expect(taken).toEqual({ first: [3, 4], second: [4] });
  });
});
