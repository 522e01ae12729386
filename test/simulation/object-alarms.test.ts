import { bytes, StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import { type Env, FewObjects } from "./objects/few-objects.ts";

const [second, minute] = [1_000, 60_000];
const blob = bytes("alarms/blob");

/** The times between these. */
const gaps = (times: readonly number[]): number[] =>
  times.slice(1).map((time, index) => time - (times[index] ?? 0));

const failing = (delayMs: number) => ({
  accepts: string,
  retry: { initialDelayMs: delayMs, maxDelayMs: delayMs, maxAttempts: 100 },
});

describe("an object", () => {
  it("keeps a wait that is added while its alarm waits for a handler", async () => {
    const [set, over]: number[][] = [[], []];
    const functions = new StatefulFunctions<Env>("alarms");
    functions.bind("alarms/hang", { accepts: string }, ({ env }) => env.wait(40 * second));
    const late = functions.bind("alarms/late", { accepts: string }, ({ env }) => {
      over?.push(env.now());
    });
    functions.bind("alarms/set", { accepts: string }, (context) => {
      set?.push(context.env.now());
      context.sendAfter(3 * second, late.at("b"), "x");
    });
    const objects = new FewObjects({ functions, placement: () => "one" });
    await objects.send("alarms/hang", "a", "x");
    await objects.pass(8 * second);
    // The alarm came after six seconds, and waits.
    await objects.send("alarms/set", "a", "x");
    await objects.pass(10 * second);
    const [waited, ...others] = gaps([...(set ?? []), ...(over ?? [])]);
    expect(others).toEqual([]);
    expect(waited).toBeGreaterThanOrEqual(3 * second);
    expect(waited).toBeLessThan(3.5 * second);
  });

  it.each([30, 60])(
    "tries again after a back-off of %i s, longer than it rests",
    async (seconds) => {
      const delayMs = seconds * second;
      const tries: number[] = [];
      const functions = new StatefulFunctions<Env>("alarms");
      functions.bind("alarms/fails", failing(delayMs), ({ env }) => {
        tries.push(env.now());
        throw new Error("not yet");
      });
      const objects = new FewObjects({ functions });
      await objects.send("alarms/fails", "a", "x");
      await objects.pass(20 * delayMs);
      expect(tries.length).toBeGreaterThan(20);
      // One for the window, and one for the wait.
      expect(objects.object("a").disk.alarmsSet).toBeLessThanOrEqual(2 * tries.length);
      for (const gap of gaps(tries)) {
        // What varies only shortens it.
        expect(gap).toBeGreaterThanOrEqual(delayMs / 2);
        expect(gap).toBeLessThanOrEqual(delayMs + 10);
      }
    },
  );

  it("that has nothing but a warning is forgotten two minutes later", async () => {
    const functions = new StatefulFunctions<Env>("alarms");
    functions.bind("alarms/deadly", { accepts: string }, ({ env }) => env.end());
    const objects = new FewObjects({ functions });
    await expect(objects.send("alarms/deadly", "a", "x")).rejects.toThrow("was reset");
    const { disk } = objects.object("a");
    expect(disk.hasRows).toBe(true);
    await objects.pass(minute);
    expect(disk.hasRows).toBe(true);
    await objects.pass(minute + second);
    expect([disk.hasRows, disk.alarm]).toEqual([false, null]);
  });

  it("whose jurisdiction throws is looked at every ten minutes, and goes on when it does not", async () => {
    let isBroken = false;
    let tries = 0;
    const functions = new StatefulFunctions<Env>("alarms");
    functions.bind("alarms/fails", failing(20 * second), () => {
      tries++;
      throw new Error("not yet");
    });
    const jurisdiction = () => {
      if (isBroken) throw new Error("no variable");
      return undefined;
    };
    const objects = new FewObjects({ functions, jurisdiction });
    await objects.send("alarms/fails", "a", "x");
    objects.object("a").die("by a deploy");
    isBroken = true;
    [tries, objects.errors.length] = [0, 0];
    await objects.pass(29 * minute);
    const misconfigured = { code: "misconfigured", message: "jurisdiction threw: no variable" };
    expect(objects.errors).toMatchObject([misconfigured, misconfigured, misconfigured]);
    await expect(objects.send("alarms/fails", "b", "x")).rejects.toMatchObject(misconfigured);
    expect(tries).toBe(0);
    isBroken = false;
    await objects.pass(10 * minute);
    expect(tries).toBeGreaterThan(1);
  });

  it("of which an instance is paused is woken once an hour, and goes on when it is resumed, whatever ended meanwhile", async () => {
    const done: string[] = [];
    const functions = new StatefulFunctions<Env>("alarms");
    functions.bind("alarms/echo", { accepts: string }, (_, text) => void done.push(text));
    const objects = new FewObjects({ functions });
    const object = objects.object("a");
    const act = (kind: "pause" | "resume") => {
      const action = { kind, typename: "alarms/echo", id: "a" } as const;
      const order = { action, key: kind, who: "operator", why: undefined };
      return objects.settled(object.operate((engine) => engine.act(order)));
    };
    await act("pause");
    // With nothing else in it, it is not forgotten: the pause would go with it.
    await objects.pass(10 * 24 * 60 * minute);
    expect(object.disk.hasRows).toBe(true);
    for (const text of ["1", "2"]) await objects.send("alarms/echo", "a", text);
    await objects.pass(minute);
    const before = object.disk.alarmsSet;
    await objects.pass(10 * 60 * minute);
    expect(done).toEqual([]);
    expect(object.disk.alarmsSet - before).toBeLessThanOrEqual(12);
    object.die("by a deploy");
    await objects.pass(minute);
    await objects.send("alarms/echo", "a", "3");
    expect(done).toEqual([]);
    await act("resume");
    await objects.pass(second);
    expect(done).toEqual(["1", "2", "3"]);
    await objects.pass(10 * 24 * 60 * minute);
    expect(object.disk.hasRows).toBe(false);
  });

  it("asks a full one less and less often, up to once in a minute, though it rests in between", async () => {
    const functions = new StatefulFunctions<Env>("alarms");
    let runs = 0;
    const slow = functions.bind("alarms/slow", { accepts: blob }, async ({ env }) => {
      if (runs === 0) await env.wait(15 * minute);
      runs++;
    });
    functions.bind("alarms/fill", { accepts: string }, (context) => {
      for (let left = 9; left > 0; left--) context.send(slow.at("full"), new Uint8Array(5_000_000));
    });
    const objects = new FewObjects({ functions });
    await objects.send("alarms/fill", "a", "x");
    await objects.pass(minute);
    const asked = () => objects.received.get("full") ?? [];
    const first = asked().length;
    await objects.pass(9 * minute);
    const last = gaps(asked().slice(first));
    expect(last.length).toBeGreaterThanOrEqual(8);
    for (const gap of last) {
      expect(gap).toBeGreaterThanOrEqual(30 * second);
      expect(gap).toBeLessThanOrEqual(minute + second);
    }
    // What is new is no reason to wait so long.
    const before = asked().length;
    await objects.send("alarms/fill", "a", "x");
    await objects.pass(5 * second);
    expect(asked().length).toBeGreaterThan(before + 2);
    await objects.pass(7 * minute);
    expect(runs).toBe(18);
    expect(objects.errors).toEqual([]);
  });

  it("asks one that is down less and less often, up to once in a minute, though it rests in between", async () => {
    let isDown = true;
    const done: string[] = [];
    const functions = new StatefulFunctions<Env>("alarms");
    const echo = functions.bind("alarms/echo", { accepts: string }, (_, text) => {
      done.push(text);
    });
    functions.bind("alarms/pass", { accepts: string }, (context, text) => {
      context.send(echo.at("down"), text);
    });
    const objects = new FewObjects({ functions, isLost: () => isDown });
    await objects.send("alarms/pass", "a", "1");
    await objects.pass(minute);
    const asked = () => objects.received.get("down") ?? [];
    for (let life = 0; life < 10; life++) {
      const before = asked().length;
      await objects.pass(5 * minute);
      const last = gaps(asked().slice(before));
      expect(last.length).toBeGreaterThanOrEqual(4);
      for (const gap of last) {
        expect(gap).toBeGreaterThanOrEqual(25 * second);
        expect(gap).toBeLessThanOrEqual(minute + second);
      }
      if (life === 9) break;
      objects.object("a").die("by a deploy");
    }
    // What is new does not wait for what has waited, while the object is open and between two tries.
    const open = asked().length;
    await objects.send("alarms/pass", "a", "2");
    await objects.pass(second);
    expect(asked().length).toBeGreaterThan(open);
    objects.object("a").die("by a deploy");
    // Nor is it a reason to wait so long in the next life.
    const before = asked().length;
    await objects.send("alarms/pass", "a", "3");
    await objects.pass(5 * second);
    expect(asked().length).toBeGreaterThan(before + 2);
    isDown = false;
    await objects.pass(2 * minute);
    expect(done).toEqual(["1", "2", "3"]);
  });
});
