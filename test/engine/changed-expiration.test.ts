import { StatefulFunctions, string } from "statefun";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hosted, stores } from "./support/stores.ts";

type Expiration = { readonly expireAfterWriteMs?: number; readonly expireAfterCallMs?: number };

/** One version of an application: `write TEXT`, or a call that only looks. */
function version(expiration: Expiration) {
  const functions = new StatefulFunctions();
  // Its two settings exclude each other in types; here only one of them is ever given.
  const held = { type: string, ...expiration } as { readonly type: typeof string };
  const ref = functions.bind(
    "test/holder",
    { accepts: string, state: { held } },
    (context, text) => {
      const [verb, value = ""] = text.split(" ");
      if (verb === "write") context.state.held = value;
    },
  );
  return { functions, one: ref.at("1") };
}

const [second, hour] = [1_000, 3_600_000];
const write = (ms: number): Expiration => ({ expireAfterWriteMs: ms });
const call = (ms: number): Expiration => ({ expireAfterCallMs: ms });
const none: Expiration = {};

/** After the deploy: what is there two seconds later, untouched, called at once, or written at once. */
const cases: readonly {
  readonly from: Expiration;
  readonly to: Expiration;
  readonly untouched: boolean;
  readonly called: boolean;
  readonly written: boolean;
}[] = [
  { from: write(second), to: none, untouched: false, called: false, written: true },
  { from: call(second), to: none, untouched: false, called: false, written: true },
  { from: none, to: write(second), untouched: true, called: true, written: false },
  { from: none, to: call(second), untouched: true, called: false, written: false },
  { from: write(second), to: write(hour), untouched: false, called: false, written: true },
  { from: write(hour), to: write(second), untouched: true, called: true, written: false },
  { from: call(second), to: call(hour), untouched: false, called: true, written: true },
  { from: call(hour), to: call(second), untouched: true, called: false, written: false },
  { from: write(second), to: call(hour), untouched: false, called: true, written: true },
  { from: call(hour), to: write(second), untouched: true, called: true, written: false },
];

describe.each(stores)("an expiration that a deploy changes, on $name", (store) => {
  const host = hosted(store);
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const acts = [
    ["untouched", undefined],
    ["called", "look"],
    ["written", "write new"],
  ] as const;

  it.each(cases)("counts from the next write, or call, on: $from to $to", async (one) => {
    for (const [act, message] of acts) {
      let { functions, one: target } = version(one.from);
      let runtime = await host.start(functions);
      await runtime.send(target, "write old");
      await runtime.idle();
      ({ functions, one: target } = version(one.to));
      runtime = await host.start(functions);
      if (message !== undefined) await runtime.send(target, message);
      await runtime.idle();
      await vi.advanceTimersByTimeAsync(2 * second);
      const { held } = (await runtime.instance(target)).state as { held?: string };
      expect(held !== undefined, act).toBe(one[act]);
    }
  });
});
