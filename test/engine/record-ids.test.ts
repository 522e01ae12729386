import { type EgressRecord, egress, int, NonRetryableError, StatefulFunctions } from "statefun";

import { describe, expect, it } from "vitest";
import { createGate } from "./support/gate.ts";
import { hosted, stores } from "./support/stores.ts";

const out = egress("test/out", int);

function emitter() {
  const functions = new StatefulFunctions();
  const ref = functions.bind("test/emitter", { accepts: int }, (context, value) => {
    context.emit(out, value);
  });
  return { functions, one: ref.at("1") };
}

/** Notes the id of each record by its value; fails while it is told to. */
function receiver() {
  const ids = new Map<unknown, Set<string>>();
  const taken: unknown[] = [];
  const failure: { error?: Error } = {};
  const deliver = async (records: readonly EgressRecord<number>[]): Promise<void> => {
    for (const { id, value } of records) {
      ids.set(value, (ids.get(value) ?? new Set()).add(id));
    }
    if (failure.error !== undefined) throw failure.error;
    taken.push(...records.map(({ value }) => value));
  };
  return { ids, taken, failure, bound: [out.to(deliver)] };
}

const once = (ids: ReadonlyMap<unknown, ReadonlySet<string>>): unknown =>
  [...ids.values()].every(({ size }) => size === 1);

describe.each(stores)("the id of an egress record on $name", (store) => {
  const host = hosted(store);

  it("stays when its egress is not bound for a start, or for three", async () => {
    const { functions, one } = emitter();
    const { ids, taken, failure, bound } = receiver();
    failure.error = new Error("it took them, and its answer was lost");
    let runtime = await host.start(functions, { egresses: bound });
    for (let value = 0; value < 250; value++) await runtime.send(one, value);
    await runtime.idle();
    await runtime.close({ drainMs: 0 });
    for (let life = 0; life < 3; life++) {
      runtime = await host.start(functions);
      await runtime.idle();
      expect((await runtime.deadLetters.list({ limit: 1_000 })).length).toBe(250);
    }
    failure.error = undefined as never;
    runtime = await host.start(functions, { egresses: bound });
    await runtime.idle();
    expect(taken).toEqual(Array.from({ length: 250 }, (_, value) => value));
    expect([once(ids), ids.size]).toEqual([true, 250]);
    expect(await runtime.deadLetters.list()).toEqual([]);
  });

  it("stays when it was refused for good, and is replayed, once or again", async () => {
    const { functions, one } = emitter();
    const { ids, taken, failure, bound } = receiver();
    let runtime = await host.start(functions, { egresses: bound });
    await runtime.send(one, 0);
    await runtime.idle();
    failure.error = new NonRetryableError("never");
    await runtime.send(one, 1);
    await runtime.idle();
    for (let replay = 0; replay < 3; replay++) {
      if (replay === 2) runtime = await host.start(functions, { egresses: bound });
      if (replay === 2) failure.error = undefined as never;
      const [letter, ...others] = await runtime.deadLetters.list();
      expect([letter?.attempts, others]).toEqual([1, []]);
      await runtime.deadLetters.replay(letter?.id ?? "");
      await runtime.idle();
    }
    expect(taken).toEqual([0, 1]);
    expect(once(ids)).toBe(true);
    expect(await runtime.deadLetters.list()).toEqual([]);
  });

  it("stays when it comes back behind others that were delivered, or are being delivered", async () => {
    const { functions, one } = emitter();
    const gate = createGate();
    const ids: string[] = [];
    const taken: number[] = [];
    let isRefusing = true;
    const bound = [
      out.to(async (records) => {
        if (isRefusing && records.some(({ value }) => value === 1)) throw new NonRetryableError("");
        ids.push(...records.map(({ id }) => id));
        if (records.some(({ value }) => value === 3)) await gate.pass();
        taken.push(...records.map(({ value }) => value));
      }),
    ];
    const runtime = await host.start(functions, { egresses: bound });
    for (const value of [1, 2]) {
      await runtime.send(one, value);
      await runtime.idle();
    }
    isRefusing = false;
    await runtime.send(one, 3);
    await expect.poll(() => gate.arrivals).toBe(1);
    const [letter] = await runtime.deadLetters.list();
    await runtime.deadLetters.replay(letter?.id ?? "");
    await runtime.send(one, 4);
    gate.open();
    await runtime.idle();
    await runtime.idle();
    expect(taken).toEqual([2, 3, 1, 4]);
    expect(new Set(ids).size).toBe(4);
    expect(await runtime.deadLetters.list()).toEqual([]);
  });
});
