import { expect, it } from "vitest";
import { objectStore } from "./changed-driver.ts";
import { accepted, added, cell, message, record, timer } from "./records.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

it("names of megabytes are found, kept apart and given back whole, as those of any length are", async () => {
  const path = newPath();
  const subject = await Subject.open(
    () => () => objectStore(path, () => ({ maxValueBytes: 1_000_000 })),
  );
  const long = "n".repeat(3_000_000);
  const [one, other] = [`${long}1`, `${long}2`];
  const [first, second] = [one, other].map((id) => ({ typename: "demo/fn", id }));
  if (first === undefined || second === undefined) throw new Error("two");
  subject.commit({
    cells: [cell(1, { address: first, name: one }), cell(2, { address: second, name: one })],
    messages: added(message(1, { target: first }), message(2, { target: second })),
    timers: added(timer(1, { owner: one, token: one }), timer(2, { owner: other, token: one })),
    egress: added(record(1, { egress: one }), record(2, { egress: other })),
    accepted: [accepted(one, 1, { call: one }), accepted(other, 2, { call: other })],
  });
  await subject.reopen();
  const { store } = subject;
  expect([...store.load(first)].map(([name, { cell: number }]) => [name === one, number])).toEqual([
    [true, 1],
  ]);
  expect(store.messages(0, 9).map(({ target }) => target.id === one)).toEqual([true, false]);
  expect(store.timerByToken(other, one)?.number).toBe(2);
  expect(store.timersOf(one, 9).map(({ number }) => number)).toEqual([1]);
  expect(store.unsentEgresses().map((name) => name === one || name === other)).toEqual([
    true,
    true,
  ]);
  expect(store.unsent(other, 0, 9).map(({ number }) => number)).toEqual([2]);
  expect(store.acceptedCall(other)?.key === other).toBe(true);
  store.close();
});
