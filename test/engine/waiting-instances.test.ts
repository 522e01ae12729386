import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { IdsPage, TextsWant } from "../../src/engine/contract/address-reads.ts";
import { Instance } from "../../src/engine/mailboxes/instance.ts";
import { WaitingInstances } from "../../src/engine/mailboxes/waiting-instances.ts";
import { waitingIds } from "../../src/engine/views/waiting-ids.ts";

const makes = (count: number): Instance[] =>
  Array.from(
    { length: count },
    (_, id) => new Instance({ typename: "a/b", id: `${id}` }, undefined),
  );

/** One that waits does so no more, and the other way round. */
function comeOrGo(waiting: WaitingInstances, there: Set<Instance>, instance: Instance): void {
  if (there.delete(instance)) waiting.delete(instance);
  else {
    waiting.add(instance);
    there.add(instance);
  }
}

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
          comeOrGo(waiting, there, instance);
        }
        while (!isOver) isOver = !step();
        expect([...there].filter((one) => !met.has(one))).toEqual([]);
        expect(waiting.isWalked).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it("that is broken off is no burden to others", () => {
    const three = makes(3);
    const waiting = new WaitingInstances();
    for (const instance of three) waiting.add(instance);
    for (const _ of waiting.walk()) break;
    expect(waiting.isWalked).toBe(false);
  });
});

describe("pages of instances that wait", () => {
  /** Mailboxes that have these alone. */
  const having = (waiting: WaitingInstances, all: readonly Instance[]) => {
    const byId = new Map(all.map((one) => [one.address.id, one]));
    const mailboxes = { waitingBy: () => waiting, ofFunction: () => byId };
    return (want: TextsWant) => waitingIds(mailboxes, "a/b", want);
  };
  const want = (after: string | undefined) => ({ prefix: "", after, limit: 50 });
  const idsOf = (pageOf: (want: TextsWant) => IdsPage): string[] => {
    const ids: string[] = [];
    for (;;) {
      const page = pageOf(want(ids.at(-1)));
      ids.push(...page.ids);
      if (page.isEnd) return ids;
    }
  };

  it("have each once and in order, whatever comes and goes between two looks", () => {
    const change = fc.record({ looks: fc.nat(2), index: fc.nat(4_999) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const all = makes(5_000);
        const waiting = new WaitingInstances();
        const pageOf = having(waiting, all);
        const there = new Set(all.slice(0, 4_000));
        for (const instance of there) waiting.add(instance);
        for (const { looks, index } of changes) {
          for (let left = looks; left > 0; left--) pageOf(want("3"));
          const instance = all[index];
          if (instance === undefined) continue;
          comeOrGo(waiting, there, instance);
        }
        expect(idsOf(pageOf)).toEqual(Array.from(there, ({ address }) => address.id).sort());
        expect(waiting.isWalked).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  it("that nobody reads to their end are no burden to others", () => {
    const all = makes(5_000);
    const waiting = new WaitingInstances();
    for (const instance of all) waiting.add(instance);
    having(waiting, all)(want(undefined));
    expect(waiting.isWalked).toBe(true);
    for (let left = 5_000; left > 0; left--) {
      const instance = all[left % 10];
      if (instance === undefined) continue;
      waiting.delete(instance);
      waiting.add(instance);
    }
    expect(waiting.isWalked).toBe(false);
  });
});
