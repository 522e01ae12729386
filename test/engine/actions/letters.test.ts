import { egress, StatefulFunctions, string } from "statefun";
import { memoryStore } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import type { Action, DeadFilter } from "../../../src/engine/contract/actions.ts";
import type { Engine } from "../../../src/engine/contract/engine.ts";
import { linkStoreOf } from "../../store/subject.ts";
import { createGate } from "../support/gate.ts";
import { startPartition } from "../support/partition.ts";
import { acting, actionStores, activity, order, sendText } from "./support.ts";

const one = { typename: "test/one", id: "a" } as const;
const two = { typename: "test/two", id: "a" } as const;
const out = egress("test/out", string);

function breakable() {
  const control = { isBroken: true, done: [] as string[] };
  const functions = new StatefulFunctions();
  const options = { accepts: string, retry: { maxAttempts: 1 } };
  for (const { typename } of [one, two]) {
    functions.bind(typename, options, (context, text) => {
      if (text === "emit") context.emit(out, "record");
      else if (control.isBroken) throw new Error(`no ${text}`);
      else control.done.push(text);
    });
  }
  return { functions, control };
}

const page = (
  kind: "replay-all" | "discard-all",
  filter: DeadFilter = {},
  more: object = {},
): Action => ({ kind, filter, after: 0, upTo: 1_000_000, limit: 1_000, isDryRun: false, ...more });

const reasons = (engine: Engine) => engine.deadLetters(0, 1_000).map(({ reason }) => reason);

describe.each(actionStores)("dead letters, on %s,", (kind) => {
  const host = acting(kind);

  async function filled() {
    const { functions, control } = breakable();
    const engine = await host.start(functions);
    for (const text of ["a", "b", "c"]) await sendText(engine, one, text);
    for (const text of ["d", "e"]) await sendText(engine, two, text);
    await engine.idle();
    return { functions, control, engine };
  }

  it("are sent again or discarded one by one, each once for its key", async () => {
    const { engine, control } = await filled();
    control.isBroken = false;
    const [first, second] = engine.deadLetters(0, 9).map(({ number }) => number);
    const replay = { kind: "replay", number: first ?? 0 } as const;
    await order(engine, replay, "k");
    expect(await order(engine, replay, "k")).toEqual({ count: 1, isDuplicate: true });
    await order(engine, { kind: "discard", number: second ?? 0 });
    await engine.idle();
    expect(control.done).toEqual(["a"]);
    for (const action of [replay, { kind: "discard", number: second ?? 0 } as const]) {
      await expect(order(engine, action)).rejects.toMatchObject({ code: "invalid_argument" });
    }
    expect(engine.deadLetters(0, 9)).toHaveLength(3);
    expect(activity(engine).map(({ action, number }) => [action, number])).toEqual([
      ["replay", first],
      ["discard", second],
    ]);
  });

  it("are chosen by function, code, text and time", async () => {
    const { engine } = await filled();
    const count = async (filter: DeadFilter) =>
      (await order(engine, page("discard-all", filter, { isDryRun: true }))).count;
    const [first] = engine.deadLetters(0, 1);
    const at = first?.failedAt ?? 0;
    expect(await count({})).toBe(5);
    expect(await count({ typename: "test/two" })).toBe(2);
    expect(await count({ typename: "test" })).toBe(0);
    expect(await count({ reason: "no b" })).toBe(1);
    expect(await count({ reason: "no", typename: "test/one" })).toBe(3);
    expect(await count({ code: "failed" })).toBe(5);
    expect(await count({ code: "non_retryable" })).toBe(0);
    expect(await count({ since: at })).toBe(5);
    expect(await count({ until: at })).toBe(0);
    expect(await count({ since: at, until: at + 60_000 })).toBe(5);
    expect(activity(engine)).toEqual([]);
    expect(engine.deadLetters(0, 9)).toHaveLength(5);
  });

  it("are done page by page up to a number, so that none that fails again is taken twice", async () => {
    const { engine, control } = await filled();
    const upTo = engine.deadLetters(0, 9).at(-1)?.number ?? 0;
    let [after, total, pages]: [number | undefined, number, number] = [0, 0, 0];
    while (after !== undefined) {
      const { count, next } = await order(
        engine,
        page("replay-all", {}, { after, upTo, limit: 2 }),
      );
      await engine.idle();
      total += count;
      pages++;
      after = next;
    }
    expect([total, pages]).toEqual([5, 3]);
    // Each has failed once more.
    expect(reasons(engine).sort()).toEqual(["no a", "no b", "no c", "no d", "no e"]);
    expect(host.errors).toHaveLength(10);
    control.isBroken = false;
    const rest = await order(engine, page("replay-all", { typename: "test/two" }));
    await engine.idle();
    expect(rest).toEqual({ count: 2, isDuplicate: false });
    expect(control.done.sort()).toEqual(["d", "e"]);
    expect(activity(engine).map(({ result }) => result)).toEqual([
      ...[{ count: 2 }, { count: 2 }, { count: 1 }, { count: 2 }].map((one) =>
        expect.objectContaining(one),
      ),
    ]);
  });

  it("are done once for a page's key, after a crash as well", async () => {
    const { engine, control, functions } = await filled();
    control.isBroken = false;
    const first = await order(engine, page("replay-all", {}, { limit: 2 }), "k");
    expect(first).toMatchObject({ count: 2, next: expect.any(Number) });
    await engine.idle();
    await host.crash();
    const again = await host.start(functions);
    expect(await order(again, page("replay-all", {}, { limit: 2 }), "k")).toEqual({
      ...first,
      isDuplicate: true,
    });
    await again.idle();
    expect(control.done).toEqual(["a", "b"]);
    expect(reasons(again)).toEqual(["no c", "no d", "no e"]);
  });

  it("of an egress that is not bound stay where they are", async () => {
    const { engine, control } = await filled();
    await sendText(engine, one, "emit");
    await engine.idle();
    control.isBroken = false;
    expect(await order(engine, page("replay-all"))).toMatchObject({ count: 5 });
    expect(engine.deadLetters(0, 9)).toMatchObject([{ egress: "test/out" }]);
    const number = engine.deadLetters(0, 9)[0]?.number ?? 0;
    await expect(order(engine, { kind: "replay", number })).rejects.toMatchObject({
      code: "unknown_egress",
    });
    expect(await order(engine, page("discard-all", { typename: "test/out" }))).toMatchObject({
      count: 1,
    });
  });

  it("of large messages are a page of a bounded size", async () => {
    const { functions, control } = breakable();
    const engine = await host.start(functions);
    for (let left = 5; left > 0; left--) await sendText(engine, one, "x".repeat(400_000));
    await engine.idle();
    control.isBroken = false;
    const counts: number[] = [];
    for (let after: number | undefined = 0; after !== undefined; ) {
      const { count, next } = await order(engine, page("replay-all", {}, { after }));
      counts.push(count);
      after = next;
    }
    await engine.idle();
    expect(counts).toEqual([2, 2, 1]);
    expect(control.done).toHaveLength(5);
  });

  it("that do not match are passed in bounded pages", async () => {
    const { functions } = breakable();
    const engine = await host.start(functions);
    await Promise.all(
      Array.from({ length: 2_500 }, (_, index) => sendText(engine, one, `${index}`)),
    );
    await engine.idle();
    const results = [];
    for (let after: number | undefined = 0; after !== undefined; ) {
      const result = await order(engine, page("discard-all", { reason: "no 2499" }, { after }));
      results.push(result.count);
      after = result.next;
    }
    expect(results.length).toBeGreaterThan(2);
    expect(results.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(activity(engine)).toHaveLength(1);
  });
});

it("dead letters are not sent again into mailboxes that are full, and are there until there is room", async () => {
  const gate = createGate();
  const done: number[] = [];
  const functions = new StatefulFunctions();
  let isBroken = true;
  functions.bind("test/one", { accepts: string, retry: { maxAttempts: 1 } }, (_, text) => {
    if (isBroken) throw new Error("not yet");
    done.push(text.length);
  });
  functions.bind("test/full", { accepts: string }, () => gate.pass());
  const engine = await startPartition({ functions, store: linkStoreOf(memoryStore()) });
  await sendText(engine, one, "a");
  await sendText(engine, one, "b");
  await engine.idle();
  isBroken = false;
  // As many bytes as may wait, in a message that does not end.
  await sendText(engine, { typename: "test/full", id: "a" }, "x".repeat(1_000_000));
  await expect.poll(() => gate.arrivals).toBe(1);
  const [number = 0] = engine.deadLetters(0, 9).map((letter) => letter.number);
  const full = { code: "unavailable", message: expect.stringContaining("try again later") };
  await expect(order(engine, { kind: "replay", number })).rejects.toMatchObject(full);
  await expect(order(engine, page("replay-all"))).rejects.toMatchObject(full);
  await expect(engine.replay(number)).rejects.toMatchObject(full);
  expect(await order(engine, page("replay-all", {}, { isDryRun: true }))).toMatchObject({
    count: 2,
  });
  expect(reasons(engine)).toEqual(["not yet", "not yet"]);
  gate.open();
  await engine.idle();
  await engine.replay(number);
  await order(engine, page("replay-all"));
  await engine.idle();
  expect([done, engine.deadLetters(0, 9)]).toEqual([[1, 1], []]);
  await engine.close(0);
});
