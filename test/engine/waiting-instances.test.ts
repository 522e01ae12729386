import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Instance } from "../../src/engine/mailboxes/instance.ts";
import { WaitingInstances } from "../../src/engine/mailboxes/waiting-instances.ts";

const makes = (count: number): Instance[] =>
  Array.from(
    { length: count },
    (_, id) => new Instance({ typename: "a/b", id: `${id}` }, undefined),
  );

describe("a walk through the instances that wait", () => {
  it("meets all that are there at its end, whatever comes and goes between its steps", () => {
    const change = fc.record({ steps: fc.nat(4), index: fc.nat(11) });
    fc.assert(
      fc.property(fc.nat(12), fc.array(change, { maxLength: 60 }), (first, changes) => {
        const all = makes(12);
        const waiting = new WaitingInstances();
        const there = new Set(all.slice(0, first));
        for (const instance of there) waiting.add(instance);
        const met = new Set<Instance>();
        const walk = waiting.walk();
        const step = (): boolean => {
          const { done, value } = walk.next();
          if (done === true) return false;
          met.add(value);
          return true;
        };
        let isOver = false;
        for (const { steps, index } of changes) {
          for (let left = steps; left > 0 && !isOver; left--) isOver = !step();
          if (isOver) break;
          const instance = all[index];
          if (instance === undefined) continue;
          if (there.delete(instance)) waiting.delete(instance);
          else {
            waiting.add(instance);
            there.add(instance);
          }
        }
        while (!isOver) isOver = !step();
        expect([...there].filter((one) => !met.has(one))).toEqual([]);
        expect(waiting.isWalked).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it("that is broken off is no burden to others", () => {
    const waiting = new WaitingInstances();
    for (const instance of makes(3)) waiting.add(instance);
    for (const _ of waiting.walk()) break;
    expect(waiting.isWalked).toBe(false);
  });
});
