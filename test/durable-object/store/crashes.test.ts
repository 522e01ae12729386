import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allChanges } from "../../store/row-changes.ts";
import { startWorkerd, type Workerd } from "./workerd.ts";

let workerd: Workerd;

beforeAll(async () => {
  workerd = await startWorkerd();
});

afterAll(() => workerd.end());

/** What an object has after windows up to this one: the state and the message of the last, and its alarm. */
function whole(sequence: number): object {
  return {
    sequence,
    lastNumber: sequence,
    state: String(sequence),
    messages: [sequence],
    alarm: expect.any(Number),
    alarms: 0,
  };
}

const empty = { sequence: 0, lastNumber: 0, state: "", messages: [], alarm: null, alarms: 0 };

async function result(object: string, what: string, name = ""): Promise<unknown> {
  const { result: given, failure } = await workerd.ask(object, what, name);
  expect(failure).toBeUndefined();
  return given;
}

describe("the storage of an object", () => {
  it("has nothing written by opening and reading it", async () => {
    expect(await result("unused", "read only")).toEqual({
      opened: expect.objectContaining({ sequence: 0, isClean: true }),
      nothing: [[], 0],
      isForgettable: true,
      tables: 0,
    });
  });

  it("loses a whole window, its alarm with it, when the object ends before it is safe", async () => {
    const { failure } = await workerd.ask("early", "commit and abort");
    expect(failure).toContain("as a crash");
    expect(await result("early", "stored")).toEqual(empty);
    expect(await result("early", "commit")).toBe(1);
    await workerd.ask("early", "commit and abort");
    expect(await result("early", "stored")).toEqual(whole(1));
    expect(await result("early", "commit")).toBe(2);
    expect(await result("early", "stored")).toEqual(whole(2));
  });

  it("says whether a change has touched a row, whatever ran before it", async () => {
    expect(await result("changing", "change rows")).toEqual(allChanges);
  });

  it("has a window that is safe, however the object ends", async () => {
    for (const sequence of [1, 2, 3]) {
      const { failure } = await workerd.ask("late", "commit, flush and abort");
      expect(failure).toContain("as a crash");
      expect(await result("late", "stored")).toEqual(whole(sequence));
    }
  });

  it("rolls the alarm back with the rows, and sets it only where it has to be earlier", async () => {
    expect(await result("thrown", "throw in a transaction")).toEqual({
      tables: 0,
      alarms: [null, "late", "early", "early"],
    });
  });

  it("is woken again after an alarm has gone off, and keeps one that nobody needs", async () => {
    expect(await result("again", "let an alarm go off")).toEqual([null, true, true]);
  });

  it("survives the end of the process, with its alarm, which fires late", async () => {
    expect(await result("kept", "commit")).toBe(1);
    await result("woken", "set timer", "1500");
    const before = await result("kept", "stored");
    await workerd.restart();
    expect(await result("kept", "stored")).toEqual(before);
    expect(await result("kept", "commit")).toBe(2);
    expect(await result("kept", "stored")).toEqual(whole(2));
    await expect
      .poll(() => workerd.ask("woken", "stored"))
      .toMatchObject({ result: { alarm: null, alarms: 1 } });
  });

  it("takes values of any length, and rows as long as the platform allows", async () => {
    const sizes = [1_999_000, 2_000_000, 2_000_001, 4_100_000];
    expect(await result("large", "large rows")).toEqual(sizes);
  });
});
