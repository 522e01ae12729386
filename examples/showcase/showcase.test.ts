import { bool, double, int, long, string } from "statefun";
import { createTestRuntime, type TestRuntime } from "statefun/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  account,
  Colour,
  clerk,
  clock,
  desk,
  functions,
  log,
  memory,
  Point,
  Question,
  Remind,
  Stop,
  values,
} from "./functions.ts";

describe("the showcase", () => {
  let runtime: TestRuntime;
  beforeEach(async () => {
    runtime = await createTestRuntime(functions, { onError: () => {} });
  });
  afterEach(() => runtime.close());

  const said = () => runtime.emitted(log).map(({ value }) => value);

  it("tells the types of values apart", async () => {
    const all = [
      bool.of(true),
      int.of(7),
      long.of(1n << 60n),
      double.of(0.5),
      string.of("Zoë"),
      Point.of({ x: 3, y: 4 }),
      Colour.of("#ff8800"),
    ];
    for (const value of all) await runtime.send(values.at("v"), value);
    expect(said()).toEqual([
      "boolean true",
      "number 7",
      "bigint 1152921504606846976",
      "number 0.5",
      "string Zoë",
      "a point 5 away",
      "string #ff8800",
    ]);
  });

  it("keeps state, changes it in place, lets it expire, and forgets it", async () => {
    for (const word of ["one", "two"]) await runtime.send(memory.at("m"), word);
    await runtime.advance(3_600_000);
    for (const word of ["three", "forget"]) await runtime.send(memory.at("m"), word);
    expect(said()).toEqual([
      "1 words: one; within the hour before: nothing",
      "2 words: one two; within the hour before: one",
      "3 words: one two three; within the hour before: nothing",
      "0 words: ; within the hour before: three",
    ]);
  });

  it("rings later, unless it was stopped", async () => {
    await runtime.send(clock.at("a"), Remind.of({ text: "tea", afterMs: 180_000 }));
    await runtime.send(clock.at("b"), Remind.of({ text: "eggs", afterMs: 300_000 }));
    await runtime.advance(179_999);
    expect(said()).toEqual([]);
    await runtime.send(clock.at("b"), Stop.of({}));
    await runtime.advance(600_000);
    expect(said()).toEqual(["rings: tea"]);
  });

  it("answers whoever asks, a function or a caller from outside", async () => {
    await runtime.send(clerk.at("window-3"), Question.of({ text: "where?" }));
    expect(said()).toEqual(["showcase/desk says: 6 letters, ticket window-3"]);
    expect(await runtime.call(desk.at("main"), { text: "how long?" })).toEqual({
      text: "9 letters, ticket none",
    });
    expect(said()).toHaveLength(1);
  });

  it("undoes what a failing message did, keeps the message, and goes on", async () => {
    for (const amount of [10, -30, 5]) await runtime.send(account.at("zoe"), amount);
    expect(said()).toEqual(["balance 10", "balance 15"]);
    const [letter, ...others] = await runtime.deadLetters.list();
    expect(others).toEqual([]);
    expect(letter?.error).toMatchObject({ code: "non_retryable", message: "30 are not there" });
    // When the balance is high enough it can be replayed.
    await runtime.send(account.at("zoe"), 20);
    await runtime.deadLetters.replay(letter?.id ?? "");
    expect(runtime.state(account.at("zoe")).balance).toBe(5);
  });
});
