import { describe, expect, it } from "vitest";
import { type Engine, engines } from "./support/engines.ts";
import { keeper } from "./support/keeper.ts";
import { keptValues, refusedValues } from "./support/node-values.ts";
import { expectedOf } from "./support/odd-values.ts";
import { expectSame } from "./support/same.ts";

const values = [...keptValues, ...refusedValues];

/** Stores and sends each value, and reads it in the same batch and in a later one. */
async function played(engine: Engine): Promise<void> {
  const sends: Promise<unknown>[] = [];
  for (const index of values.keys()) {
    for (const text of [`store ${index}`, "read"]) sends.push(engine.send(`state ${index}`, text));
    sends.push(engine.send(`message ${index}`, `send ${index}`));
  }
  await Promise.all(sends);
  await engine.idle();
  for (const index of values.keys()) await engine.send(`state ${index}`, "read");
  await engine.idle();
}

describe.each(engines)("on $name an odd value in a state and in a message", ({ start }) => {
  it("is given back, or its message is given up at once, whatever the batches", async () => {
    const kept = keeper((index) => values[index]?.make());
    const engine = await start(kept);
    await played(engine);
    const letters = await engine.letters();
    await engine.close();
    for (const [index, value] of values.entries()) {
      const read = kept.seenAt(`state ${index}`);
      const received = kept.seenAt(`message ${index}`);
      if (value.refused === undefined) {
        expect([value.name, read.length, received.length]).toEqual([value.name, 2, 1]);
        for (const one of [...read, ...received]) expectSame(one, expectedOf(value));
        continue;
      }
      expect([value.name, read, received]).toEqual([value.name, [undefined, undefined], []]);
      for (const id of [`state ${index}`, `message ${index}`]) {
        expect(letters.get(id)).toEqual({ code: "value_invalid", attempts: 1 });
      }
    }
  });
});
