import { describe, expect, it } from "vitest";
import { Recording } from "../../../src/host/admin/recording/recording.ts";
import { treeOf } from "../../../src/host/admin/recording/span-tree.ts";
import type { Span } from "../../../src/surface/admin/recording-host.ts";

const minuteMs = 60_000;

/** A clock that a test moves. */
function moved(isAlways = false) {
  let ms = 0;
  const clock = { now: () => 1_000_000 + ms, monotonic: () => ms };
  const recording = new Recording(clock, isAlways);
  const pass = (by: number): void => {
    ms += by;
  };
  return { recording, pass };
}

const mailOf = (number: number, id = "1", typename = "test/fn") => ({
  number,
  target: { typename, id },
  caller: undefined,
  argument: { typename: "test/Type", bytes: new Uint8Array(3), headers: [] },
  attempts: 0,
});

/** A message that came in, and was handled at once unless it waits. */
function record({ place }: Recording, number: number, { id = "1", waits = false } = {}): void {
  const { recorder } = place;
  recorder?.begin({ kind: "outside", way: "client" });
  recorder?.appended(mailOf(number, id));
  recorder?.end();
  if (waits) return;
  const step = recorder?.step([mailOf(number, id)], false, 0);
  step?.next(0, 0, 0);
  step?.ended(1, undefined);
  step?.applied();
}

const numbersOf = (recording: Recording) =>
  recording.messages({ limit: 10_000 }).spans.map(({ number }) => number);

describe("the spans of a recording", () => {
  it("are the newest 4,096", () => {
    const { recording } = moved(true);
    for (let number = 1; number <= 10_000; number++) record(recording, number, { waits: true });
    expect(recording.state()).toMatchObject({ isAlways: true, until: undefined, spans: 4_096 });
    const numbers = numbersOf(recording);
    expect([numbers[0], numbers.at(-1)]).toEqual([10_000, 5_905]);
    expect(recording.tree(5_904)).toBeUndefined();
  });

  it("are ten minutes old, from their ends on; what waits has no age", () => {
    const { recording, pass } = moved(true);
    record(recording, 1, { waits: true });
    record(recording, 2);
    pass(9 * minuteMs);
    record(recording, 3);
    expect(numbersOf(recording)).toEqual([3, 2, 1]);
    pass(minuteMs + 1);
    expect(numbersOf(recording)).toEqual([3, 1]);
    const step = recording.place.recorder?.step([mailOf(1)], false, 0);
    step?.next(0, 0, 0);
    step?.ended(1, undefined);
    pass(9 * minuteMs);
    expect(numbersOf(recording)).toEqual([1]);
    pass(minuteMs + 1);
    expect(numbersOf(recording)).toEqual([]);
  });

  it("have 16 MiB together, however long ids are", () => {
    const { recording } = moved(true);
    for (let number = 1; number <= 4_096; number++) {
      record(recording, number, { id: `${number} ${"x".repeat(1_000)}` });
    }
    expect(recording.state().spans).toBe(4_096);
    const id = "y".repeat(1_000_000);
    const before = process.memoryUsage().heapUsed;
    for (let number = 5_000; number <= 9_096; number++) {
      // Each text has its own million characters, a piece of which is used.
      record(recording, number, {
        id: `${number} ${id}`.slice(0, number % 2 === 0 ? 900 : 900_000),
      });
    }
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(300_000_000);
    const [span] = recording.messages({ limit: 1 }).spans;
    expect(span?.to).toMatchObject({ id: expect.stringMatching(/^9096 y{895}$/) });
  });

  it("have 16 MiB together with their senders and errors", () => {
    const { recording } = moved(true);
    const { recorder } = recording.place;
    const error = new Error("e".repeat(1_000));
    const spans = (isLarge: boolean): number => {
      for (let number = 1; number <= 4_096; number++) {
        const mail = mailOf(number, "x".repeat(1_000));
        const sender = recorder?.step([mailOf(9_999, isLarge ? "y".repeat(1_000) : "")], false, 0);
        sender?.effect("message", 0);
        recorder?.appended(mail);
        sender?.applied();
        const step = recorder?.step([mail], false, 0);
        step?.next(0, 0, 0);
        step?.ended(isLarge ? 0 : 1, isLarge ? { error } : undefined);
      }
      return recording.state().spans;
    };
    expect(spans(false)).toBe(4_096);
    // 7 KB each.
    expect(spans(true)).toBeLessThan(2_600);
    // What goes takes with it what it was counted for.
    expect(spans(false)).toBe(4_096);
  });

  it("end when their time is over, whoever looks first", () => {
    for (const isLooked of [true, false]) {
      const { recording, pass } = moved();
      recording.start(1);
      record(recording, 1);
      pass(minuteMs - 1);
      record(recording, 2);
      pass(1);
      if (isLooked) expect(recording.isOn).toBe(false);
      record(recording, 3);
      record(recording, 4);
      expect(recording.place.recorder).toBeUndefined();
      expect(numbersOf(recording)).not.toContain(4);
      // Afterwards they have no age.
      pass(60 * minuteMs);
      expect(numbersOf(recording)).toContain(2);
      recording.start(1);
      expect(recording.state()).toMatchObject({ isOn: true, spans: 0, until: expect.any(Number) });
    }
  });

  it("bear a recorder that hears half of everything", () => {
    const { recording } = moved();
    recording.start(1);
    const { recorder } = recording.place;
    recorder?.timerEnded(7, "fired");
    recorder?.end();
    const step = recorder?.step([mailOf(1), mailOf(2)], false, 0);
    recording.end();
    recording.start(1);
    step?.next(0, 0, 0);
    step?.effect("message", 0);
    recorder?.appended(mailOf(3));
    step?.ended(1, { error: undefined });
    step?.applied();
    recorder?.gaveUp({
      ...{ message: 8, letter: 9, egress: undefined, code: "failed", reason: "x".repeat(5_000) },
      address: { typename: "test/fn", id: "1" },
      argument: mailOf(8).argument,
    });
    const { spans } = recording.messages({ limit: 10 });
    expect(spans).toMatchObject([
      { number: 8, isCut: true, outcome: "dead", letter: 9 },
      { number: 3, causes: [1] },
      { number: 1, isCut: true, outcome: "completed" },
    ]);
    expect(spans[0]?.error?.message).toHaveLength(1_024);
    expect(recording.tree(9)?.root).toBe(8);
    expect(recording.tree(3)).toMatchObject({ root: 1, isComplete: false });
  });
});

it("names no record as its own cause, which was a dead letter from before it", () => {
  const { recording } = moved(true);
  const { recorder } = recording.place;
  const from = { typename: "test/fn", id: "1" };
  const { argument } = mailOf(1);
  recorder?.begin({ kind: "letter", number: 5 });
  recorder?.emitted({ number: 5, from, egress: "test/out", argument }, false);
  recorder?.end();
  expect(recording.messages({ limit: 10 }).spans).toMatchObject([
    { number: 5, causes: [], isCut: true, from: { kind: "function", ...from } },
  ]);
  expect(recording.tree(5)).toMatchObject({ root: 5, isComplete: false });
});

describe("a tree", () => {
  const count = 10_000;
  const spanOf = (number: number, causes: readonly number[], more: Partial<Span> = {}): Span => ({
    ...{ place: number, number, kind: "message", causes, isCut: false },
    ...{ from: { kind: "client" }, to: { typename: "test/fn", id: "1" } },
    ...{ messageTypename: "test/Type", size: 0, at: 0, startedAt: undefined },
    ...{ durationMs: undefined, attempts: 1, outcome: "completed", error: undefined },
    ...{ letter: undefined, ...more },
  });
  const chain = Array.from({ length: count }, (_, n) => spanOf(n + 1, n === 0 ? [] : [n]));
  const star = Array.from({ length: count }, (_, n) => spanOf(n + 1, n === 0 ? [] : [1]));

  it.each([
    ["deep", chain],
    ["wide", star],
  ])("that is %s has its nearest 1,000, and says how many more", (name, spans) => {
    const asked = spans[5_000];
    if (asked === undefined) throw new Error("there are more");
    const tree = treeOf(asked, { spans, isOn: true });
    expect(tree).toMatchObject({ root: 1, isComplete: true, leftOut: count - 1_000 });
    const numbers = tree.spans.map(({ number }) => number);
    expect(numbers).toHaveLength(1_000);
    // Nearest first, so that whoever has less room leaves out what is far away.
    expect(numbers[0]).toBe(5_001);
    if (name === "deep") expect([numbers[1], numbers.at(-1)]).toEqual([5_000, 4_002]);
  });

  it("with one of several causes has those that have led to what was asked for", () => {
    const spans = [
      ...[spanOf(1, []), spanOf(2, []), spanOf(3, [1]), spanOf(4, [2])],
      // 3 and 4 ran together.
      ...[spanOf(5, [3, 4]), spanOf(6, [5])],
    ];
    const numbers = (asked: number) => {
      const span = spans[asked - 1];
      return (
        span &&
        treeOf(span, { spans, isOn: true })
          .spans.map(({ number }) => number)
          .sort()
      );
    };
    expect(numbers(6)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(numbers(1)).toEqual([1, 3, 5, 6]);
    expect(numbers(4)).toEqual([2, 4, 5, 6]);
  });

  it("is not complete where a part is lost, or was not recorded", () => {
    const whole = [spanOf(1, []), spanOf(2, [1]), spanOf(3, [2])];
    const isComplete = (spans: readonly Span[], isOn = true) => {
      const asked = spans.at(-1);
      return asked && treeOf(asked, { spans, isOn }).isComplete;
    };
    expect(isComplete(whole)).toBe(true);
    expect(isComplete(whole.slice(1))).toBe(false);
    expect(isComplete([spanOf(1, [], { isCut: true }), ...whole.slice(1)])).toBe(false);
    const waiting = [...whole, spanOf(4, [2], { outcome: "waiting" })];
    expect([isComplete(waiting), isComplete(waiting, false)]).toEqual([true, false]);
  });
});
