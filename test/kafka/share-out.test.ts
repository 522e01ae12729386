import fc from "fast-check";
import { expect, it } from "vitest";
import { shareOut } from "../../src/connectors/kafka/group/share-out.ts";

const topics = ["a", "b", "c", "d"];
const member = fc.record({ topics: fc.uniqueArray(fc.constantFrom(...topics)) });
const groups = fc.tuple(
  fc.array(member, { minLength: 1, maxLength: 6 }),
  fc.array(fc.nat(7), { minLength: 4, maxLength: 4 }),
);

it("gives each partition to one member that reads its topic, and to nobody else", () => {
  fc.assert(
    fc.property(groups, ([members, sizes]) => {
      const subscribers = members.map((one, n) => ({
        ...one,
        memberId: `member-${n}`,
        name: `name-${members.length - n}`,
        note: "",
        counts: new Map<string, number>(),
      }));
      const counts = new Map(topics.map((topic, n) => [topic, sizes[n] ?? 0]));
      const shares = shareOut(subscribers, counts);
      const given: string[] = [];
      for (const [id, share] of shares) {
        const reads = subscribers.find(({ memberId }) => memberId === id)?.topics ?? [];
        for (const [topic, partitions] of share) {
          expect(reads).toContain(topic);
          given.push(...partitions.map((partition) => `${topic}/${partition}`));
        }
      }
      const read = topics.filter((topic) => members.some((one) => one.topics.includes(topic)));
      const expected = read.flatMap((topic) =>
        Array.from({ length: counts.get(topic) ?? 0 }, (_, n) => `${topic}/${n}`),
      );
      expect(given.sort()).toEqual(expected.sort());
      // The order in which members come does not matter: who comes back gets what it had.
      const turned = shareOut(subscribers.toReversed(), counts);
      expect(Object.fromEntries(turned)).toEqual(Object.fromEntries(shares));
    }),
  );
});

it("gives members that read the same as much as each other, within one partition", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(40), (count, size) => {
      const subscribers = Array.from({ length: count }, (_, n) => {
        const name = `member-${n}`;
        return { memberId: name, name, topics: ["a"], note: "", counts: new Map() };
      });
      const shares = shareOut(subscribers, new Map([["a", size]]));
      const sizes = Array.from(shares.values(), (share) => share.get("a")?.length ?? 0);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});
