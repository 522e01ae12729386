import { type EgressRecord, egress, NonRetryableError, StatefulFunctions, string } from "statefun";
import type { Runtime } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import type { LanesParts } from "../../src/engine/contract/lanes.ts";
import type { EgressRow } from "../../src/engine/contract/records.ts";
import { WaitingLanes } from "../../src/engine/egress/waiting-lanes.ts";
import { hosted, stores } from "./support/stores.ts";

const out = egress("test/out", string);

/** Emits what it is told to, separated by spaces. */
function emitter() {
  const functions = new StatefulFunctions();
  const ref = functions.bind("test/emitter", { accepts: string }, (context, words) => {
    for (const word of words.split(" ")) context.emit(out, word);
  });
  const emit = (runtime: Runtime, ...words: string[]) => runtime.send(ref.at("1"), words.join(" "));
  return { functions, emit };
}

interface Left {
  readonly index: number;
  readonly reason: unknown;
  readonly isDropped?: boolean;
}

/** A delivery as a connector binds it, whose lanes are the first letters of its records. */
function lanes() {
  const down = new Map<string, unknown>();
  const got: string[] = [];
  const deliver = async (records: readonly EgressRecord<string>[]): Promise<readonly Left[]> => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const left: Left[] = [];
    for (const [index, { value }] of records.entries()) {
      const reason = down.get(value.charAt(0)) ?? down.get(value);
      if (reason === undefined) got.push(value);
      else left.push({ index, reason, isDropped: reason === dropped });
    }
    return left;
  };
  const how = { ...Object(out.to(() => {})["~deliver"]), deliver };
  const laneOf = ({ argument }: EgressRow) =>
    string.decode(argument.bytes ?? new Uint8Array()).charAt(0);
  const lanes = (parts: LanesParts) => new WaitingLanes(parts, laneOf);
  return {
    down,
    got,
    binding: { typename: out.typename, "~deliver": { ...how, lanes } },
    of: (letter: string) => got.filter((value) => value.startsWith(letter)),
  };
}

const dropped = new Error("it is thrown away");
const away = new Error("its topic is away");
const words = (letter: string, count: number, from: number = 0): string[] =>
  Array.from({ length: count }, (_, n) => `${letter}${from + n}`);

async function troubles(runtime: Runtime) {
  const answer = await runtime.fetch(new Request("http://localhost/health"));
  return Object(await answer.json()).egresses;
}

describe.each(stores)("lanes of an egress on $name", (store) => {
  const host = hosted(store);
  const patience = { timeout: 60_000 };

  it("are held up alone, and idle waits for all the others", async () => {
    const { functions, emit } = emitter();
    const target = lanes();
    target.down.set("b", away);
    const runtime = await host.start(functions, { egresses: [target.binding] });
    await emit(runtime, ...words("b", 150), ...words("a", 120), "b150", ...words("c", 230));
    await runtime.idle();
    expect(target.of("a")).toEqual(words("a", 120));
    expect(target.of("c")).toEqual(words("c", 230));
    expect(target.of("b")).toEqual([]);
    expect(await troubles(runtime)).toEqual([
      {
        typename: "test/out",
        status: "waiting",
        reason: "its topic is away",
        troubles: [{ part: "b", reason: "its topic is away", sinceMs: expect.any(Number) }],
      },
    ]);
    target.down.clear();
    await expect.poll(() => target.of("b"), patience).toEqual(words("b", 151));
    expect(await troubles(runtime)).toEqual([
      { typename: "test/out", status: "running", troubles: [] },
    ]);
  });

  it("keep their order while more comes than is looked at in a turn", async () => {
    const { functions, emit } = emitter();
    const target = lanes();
    target.down.set("b", away);
    target.down.set("d", away);
    const runtime = await host.start(functions, { egresses: [target.binding] });
    for (let n = 0; n < 5_000; n += 500) {
      await emit(runtime, ...words("b", 500, n), ...words("d", 3, n), ...words("a", 3, n));
    }
    await runtime.idle();
    expect(target.of("a")).toHaveLength(30);
    // The later records of this one lie far behind those of the other, which stays away.
    target.down.delete("d");
    const all = Array.from({ length: 10 }, (_, n) => words("d", 3, n * 500)).flat();
    await expect.poll(() => target.of("d"), patience).toEqual(all);
    await emit(runtime, ...words("d", 2, 9_000), ...words("b", 2, 5_000));
    target.down.clear();
    await expect.poll(() => target.of("b").length, patience).toBe(5_002);
    expect(target.of("b")).toEqual(words("b", 5_002));
    expect(target.of("d").slice(-2)).toEqual(words("d", 2, 9_000));
  });

  it("go on after a restart where they were, each record once", async () => {
    const { functions, emit } = emitter();
    const target = lanes();
    target.down.set("b", away);
    const before = await host.start(functions, { egresses: [target.binding] });
    await emit(before, ...words("b", 3), ...words("a", 3));
    await before.idle();
    await before.close({ drainMs: 50 });
    // One that is under way when the drain is over is not waited for, and must find the lane away.
    await new Promise((resolve) => setTimeout(resolve, 50));
    target.down.clear();
    const after = await host.start(functions, { egresses: [target.binding] });
    await after.idle();
    expect(target.got).toEqual([...words("a", 3), ...words("b", 3)]);
  });

  it("make dead letters of what no retry can help, and throw away what they are asked to, in between", async () => {
    const { functions, emit } = emitter();
    const target = lanes();
    target.down.set("b1", new NonRetryableError("too large"));
    target.down.set("b3", dropped);
    target.down.set("c", away);
    const runtime = await host.start(functions, { egresses: [target.binding] });
    await emit(runtime, "b0", "c0", "b1", "b2", "c1", "b3", "b4");
    await runtime.idle();
    expect(target.got).toEqual(["b0", "b2", "b4"]);
    const letters = await runtime.deadLetters.list();
    expect(letters.map(({ error }) => error)).toEqual([
      { code: "non_retryable", message: "too large" },
    ]);
    expect(host.errors.map((error) => Object(error).message)).toEqual(
      expect.arrayContaining(["too large", "it is thrown away", "its topic is away"]),
    );
    target.down.set("c0", new NonRetryableError("too large"));
    target.down.delete("c");
    await expect.poll(() => target.got.slice(3), patience).toEqual(["c1"]);
    expect(await runtime.deadLetters.list()).toHaveLength(2);
  });

  it("wait together while nothing can be delivered at all, and that is reported too", async () => {
    const { functions, emit } = emitter();
    let isDown = true;
    const got: string[] = [];
    const bound = out.to((records) => {
      if (isDown) throw new Error("nobody is there");
      got.push(...records.map(({ value }) => value));
    });
    const runtime = await host.start(functions, { egresses: [bound] });
    await emit(runtime, "a", "b");
    await runtime.idle();
    expect(await troubles(runtime)).toMatchObject([
      { status: "waiting", reason: "nobody is there", troubles: [{ part: "test/out" }] },
    ]);
    isDown = false;
    await expect.poll(() => got, patience).toEqual(["a", "b"]);
    expect(await troubles(runtime)).toMatchObject([{ status: "running", troubles: [] }]);
  });
});
