import { describe, expect, it } from "vitest";
import { outbox } from "../../src/store/object/object-kinds.ts";
import { objectStore } from "./changed-driver.ts";
import { added, outgoing, removed, value } from "./records.ts";
import { rowsOf } from "./stored-rows.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

const countRows = (path: string) => rowsOf(path).filter(({ kind }) => kind === outbox).length;

const messages = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) =>
    outgoing("l", from + n, { argument: value(`message ${from + n}`) }),
  );

describe("the outbox of an object", () => {
  it("has a thousand messages of a window in three rows at most, and gives any page of them", async () => {
    const path = newPath();
    const subject = await Subject.open(() => () => objectStore(path));
    subject.commit({ outbox: added(...messages(1, 1_000), outgoing("other", 1)) });
    subject.store.close();
    expect(countRows(path)).toBeLessThanOrEqual(4);
    await subject.reopen();
    expect(subject.links.outbox("l", 0, 2_000)).toEqual(messages(1, 1_000));
    expect(subject.links.outbox("l", 437, 100)).toEqual(messages(438, 537));
    expect(subject.links.outbox("l", 1_000, 100)).toEqual([]);
    expect(subject.links.outbox("other", 0, 100)).toEqual([outgoing("other", 1)]);
    subject.store.close();
  });

  it("forgets what is acknowledged, also where it shares a row with what is not", async () => {
    const path = newPath();
    const subject = await Subject.open(() => () => objectStore(path));
    subject.commit({ outbox: added(...messages(1, 300)) });
    subject.commit({ outbox: added(...messages(301, 310)) });
    for (const upTo of [1, 2, 150, 299, 300, 305]) {
      subject.commit({ outbox: removed({ link: "l", upTo }) });
      await subject.reopen();
      expect(subject.links.outbox("l", 0, 1_000)).toEqual(messages(upTo + 1, 310));
    }
    subject.commit({ outbox: removed({ link: "l", upTo: 310 }) });
    subject.store.close();
    expect(countRows(path)).toBe(0);
  });

  it("reads no more of large messages than an RPC takes, after small ones as well", async () => {
    const path = newPath();
    const subject = await Subject.open(() => () => objectStore(path));
    const large = (number: number) =>
      outgoing("l", number, { argument: value("x".repeat(600_000)) });
    for (let number = 1; number <= 20; number++) {
      const record = number <= 10 ? outgoing("l", number) : large(number);
      subject.commit({ outbox: added(record) });
    }
    const sizes: number[] = [];
    for (let after = 0; ; after += sizes.at(-1) ?? 0) {
      const page = subject.links.outbox("l", after, 1_000);
      if (page.length === 0) break;
      sizes.push(page.length);
      expect(page.map(({ number }) => number)).toEqual(page.map((_, index) => after + 1 + index));
    }
    // Four rows at a time as long as the last one was small.
    expect(sizes[0]).toBeLessThanOrEqual(13);
    expect(Math.max(...sizes.slice(1))).toBeLessThanOrEqual(2);
    expect(sizes.reduce((sum, one) => sum + one, 0)).toBe(20);
    // What comes among them is not lost either.
    subject.commit({ outbox: removed({ link: "l", upTo: 11 }) });
    subject.commit({ outbox: added(outgoing("l", 5)) });
    expect(subject.links.outbox("l", 0, 2).map(({ number }) => number)).toEqual([5, 12]);
    expect(subject.links.outbox("l", 19, 2).map(({ number }) => number)).toEqual([20]);
    subject.store.close();
  });

  it("keeps the order of numbers whatever the order of windows, and refuses a number that it has", async () => {
    const path = newPath();
    const subject = await Subject.open(() => () => objectStore(path));
    const all = messages(1, 9);
    const only = (...numbers: number[]) => all.filter(({ number }) => numbers.includes(number));
    subject.commit({ outbox: added(...only(2, 5, 9)) });
    subject.commit({ outbox: added(...only(4, 1, 7)) });
    subject.commit({ outbox: added(...only(6)) });
    expect(subject.links.outbox("l", 0, 9)).toEqual(only(1, 2, 4, 5, 6, 7, 9));
    expect(() => subject.commit({ outbox: added(...only(3, 5)) })).toThrow();
    expect(subject.links.outbox("l", 0, 9)).toEqual(only(1, 2, 4, 5, 6, 7, 9));
    subject.store.close();
  });
});
