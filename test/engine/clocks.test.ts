import { NonRetryableError, StatefulFunctions, string } from "statefun";
import type { Runtime } from "statefun/runtime";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hosted, stores } from "./support/stores.ts";

const [minute, hour, day, year] = [60_000, 3_600_000, 86_400_000, 31_536_000_000];

/** Notes when what comes: `in MS TEXT` sets a timer, `hold TEXT` a state for an hour, `seen` looks at it. */
function noting() {
  const functions = new StatefulFunctions();
  const notes: string[] = [];
  const state = { held: { type: string, expireAfterWriteMs: hour } };
  const desk = functions.bind("test/desk", { accepts: string, state }, async (context, message) => {
    const [verb, argument = "", text = ""] = message.split(" ");
    if (verb === "in") context.sendAfter(Number(argument), desk.at(context.self.id), text);
    else if (verb === "hold") context.state.held = argument;
    else if (verb === "seen") notes.push(`${context.state.held}`);
    else if (verb === "wait") await new Promise((done) => setTimeout(done, Number(argument)));
    else if (verb === "fail") throw new NonRetryableError("no");
    else notes.push(message);
  });
  return { functions, one: desk.at("1"), notes };
}

/** Real time goes on by so much, and with it both clocks. */
async function passed(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** The wall clock is set, or the machine slept: no timer of the platform notices. */
const jump = (byMs: number): void => void vi.setSystemTime(Date.now() + byMs);

async function healthOf(runtime: Runtime): Promise<Record<string, unknown>> {
  const response = await runtime.fetch(new Request("http://test/health"));
  return (await response.json()) as Record<string, unknown>;
}

describe.each(stores)("a clock that jumps, on $name", (store) => {
  const host = hosted(store);

  it("goes on at once where only a look at health has seen a clock that was days ahead", async () => {
    const { functions, one, notes } = noting();
    const runtime = await start(functions);
    jump(day);
    await healthOf(runtime);
    jump(-day);
    await runtime.send(one, "in 5000 soon");
    await passed(6_000);
    await runtime.idle();
    expect(notes).toEqual(["soon"]);
  });
  const http = { expose: "all", authenticate: "none", admin: { authenticate: "none" } } as const;
  const start = (functions: StatefulFunctions) => host.start(functions, { http });
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const codes = () => host.errors.map((error) => Object(error).code);

  it("does not stop time when it was a year ahead for one message: delays are as long as ever", async () => {
    const { functions, one, notes } = noting();
    let runtime = await start(functions);
    jump(year);
    await runtime.send(one, "ahead");
    jump(-year);
    await runtime.send(one, `in ${minute} timer`);
    await runtime.send(one, "hold kept");
    await passed(minute - 1_000);
    expect(notes).toEqual(["ahead"]);
    await passed(1_100);
    expect(notes).toEqual(["ahead", "timer"]);
    expect(codes()).toEqual(["clock_jumped", "clock_jumped"]);
    expect(String(host.errors[1])).toContain("the clock is 365 days behind the time of the store");
    expect(Number((await healthOf(runtime))["clockBehindMs"])).toBeGreaterThan(year - minute);
    expect(await healthOf(runtime)).toMatchObject({ status: "ok" });
    await passed(hour - 2 * minute);
    await runtime.send(one, "seen");
    await passed(2 * minute);
    await runtime.send(one, "seen");
    await runtime.idle();
    expect(notes.slice(2)).toEqual(["kept", "undefined"]);
    // A restart finds the time of the store far ahead, and goes on from there.
    await runtime.send(one, `in ${minute} later`);
    host.errors.length = 0;
    runtime = await start(functions);
    expect(codes()).toEqual(["clock_jumped"]);
    await passed(minute + 100);
    expect(notes.at(-1)).toBe("later");
  });

  it.each([-minute, -hour, -day, -year])(
    "fires a timer in its time, though it is set by %i ms",
    async (byMs) => {
      const { functions, one, notes } = noting();
      const runtime = await start(functions);
      await runtime.send(one, `in ${10 * minute} timer`);
      await passed(5 * minute);
      jump(byMs);
      await passed(5 * minute - 1_000);
      expect(notes).toEqual([]);
      await passed(minute + 1_000);
      expect(notes).toEqual(["timer"]);
    },
  );

  it("is waited for when it is behind by less than a second, without a word", async () => {
    const { functions, one, notes } = noting();
    const runtime = await start(functions);
    await runtime.send(one, "in 5000 timer");
    jump(-900);
    await passed(5_000);
    await passed(1_000);
    expect(notes).toEqual(["timer"]);
    expect(host.errors).toEqual([]);
    expect(await healthOf(runtime)).toMatchObject({ clockBehindMs: 0 });
  });

  it.each([minute, hour, day])(
    "by %i ms ahead makes what is due fire within a minute",
    async (byMs) => {
      const { functions, one, notes } = noting();
      const runtime = await start(functions);
      await runtime.send(one, `in ${byMs} timer`);
      await passed(1_000);
      jump(byMs);
      await passed(minute);
      expect(notes).toEqual(["timer"]);
    },
  );

  it("makes what is due fire at once when something is committed, or idle is asked", async () => {
    const { functions, one, notes } = noting();
    const runtime = await start(functions);
    for (const ask of [() => runtime.send(one, "a message"), () => runtime.idle()]) {
      await runtime.send(one, `in ${day} timer`);
      jump(day);
      await ask();
      await runtime.idle();
      expect(notes.at(-1)).toBe("timer");
    }
  });

  it("fires timers in the order in which they are due, whenever it was set", async () => {
    const { functions, one, notes } = noting();
    const runtime = await start(functions);
    await runtime.send(one, `in ${10 * minute} second`);
    jump(-hour);
    await runtime.send(one, `in ${5 * minute} first`);
    jump(hour);
    await runtime.send(one, `in ${20 * minute} third`);
    await passed(30 * minute);
    expect(notes).toEqual(["first", "second", "third"]);
  });

  it.each([-year, -hour, hour, year])(
    "by %i ms ends no batch before its time, and none late",
    async (byMs) => {
      const { functions, one } = noting();
      const runtime = await start(functions);
      await runtime.send(one, "wait 50000");
      await passed(1_000);
      jump(byMs);
      await passed(49_100);
      await runtime.idle();
      expect(codes().filter((code) => code !== "clock_jumped")).toEqual([]);
      await runtime.send(one, "wait 10000000");
      await passed(1_000);
      jump(byMs);
      await passed(55_000);
      expect(codes()).toContain("timed_out");
    },
  );

  it("is reported once if it is an hour or more ahead, and not if it is less", async () => {
    const { functions, one } = noting();
    const runtime = await start(functions);
    jump(hour - minute);
    await runtime.send(one, "a");
    expect(codes()).toEqual([]);
    jump(2 * hour);
    await runtime.send(one, "b");
    await runtime.send(one, "c");
    expect(codes()).toEqual(["clock_jumped"]);
    expect(String(host.errors[0])).toContain("the clock jumped ahead by 2 hours");
  });
});
