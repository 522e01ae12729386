import { defineModule, egress, int, StatefulFunctions } from "statefun";
import { createRuntime, memoryStore, type Runtime } from "statefun/runtime";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { finalFailure } from "../../src/store/store-errors.ts";
import { type Faults, refusingStore } from "./support/refusing-store.ts";

const out = egress("test/out", int);
const full = new Error("database or disk is full");
const failed = { code: "store_failed" };

let faults: Faults;
let errors: { code?: string; message: string }[];
let taken: number[];
let runtime: Runtime;

const functions = new StatefulFunctions();
const options = { accepts: int, replies: int, state: { total: { type: int, initial: 0 } } };
const counter = functions.bind("test/counter", options, (context, amount) => {
  context.state.total += amount;
  context.emit(out, amount);
  if (context.caller !== undefined) context.reply(context.state.total);
});
const one = counter.at("1");

async function started(): Promise<Runtime> {
  return createRuntime({
    modules: [functions],
    store: refusingStore(memoryStore(), faults),
    egresses: [out.to((records) => void taken.push(...records.map(({ value }) => value)))],
    onError: (error) => void errors.push(error as Error),
  });
}

/** What happens within so long, with all that follows from it. */
async function passed(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 100) {
    await vi.advanceTimersByTimeAsync(Math.min(left, 100));
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

const health = async (): Promise<unknown> =>
  (await runtime.fetch(new Request("http://test/health"))).json();

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  faults = {};
  errors = [];
  taken = [];
  runtime = await started();
});

afterEach(async () => {
  vi.useRealTimers();
  faults.commit = undefined;
  await runtime.close({ drainMs: 0 }).catch(() => {});
});

describe("a store that refuses every commit", () => {
  it.each([3_000, 10_000, 59_000])("is survived for %i ms, and reported once", async (ms) => {
    faults.commit = full;
    const sending = runtime.send(one, 1);
    const idling = runtime.idle();
    await passed(ms);
    expect(errors).toMatchObject([{ code: "unavailable", cause: full }]);
    expect(errors[0]?.message).toContain("database or disk is full");
    expect(await health()).toMatchObject({ status: "unavailable" });
    await expect(runtime.send(one, 10)).rejects.toMatchObject({ code: "unavailable" });
    await expect(runtime.call(one, 10)).rejects.toMatchObject({ code: "unavailable" });
    expect(taken).toEqual([]);
    faults.commit = undefined;
    await passed(1_100);
    await sending;
    await idling;
    expect(await health()).toMatchObject({ status: "ok" });
    await runtime.send(one, 100);
    await runtime.idle();
    expect(taken).toEqual([1, 100]);
    expect((await runtime.instance(one)).state.total).toBe(101);
    expect(errors).toHaveLength(1);
  });

  it("stops the runtime after a minute: every way to ask says so", async () => {
    faults.commit = full;
    const waiting = [
      runtime.send(one, 1),
      runtime.call(one, 1, { timeoutMs: 120_000 }),
      runtime.idle(),
      runtime.closed,
    ];
    const ends = Promise.allSettled(waiting);
    await passed(62_000);
    for (const end of await ends) expect(end).toMatchObject({ reason: failed });
    expect(errors.map(({ code }) => code)).toEqual(["unavailable", "store_failed"]);
    expect(await health()).toMatchObject({ status: "store_failed" });
    await expect(runtime.send(one, 1)).rejects.toMatchObject(failed);
    await expect(runtime.call(one, 1)).rejects.toMatchObject(failed);
    await expect(runtime.idle()).rejects.toMatchObject(failed);
    await expect(runtime.instance(one)).rejects.toMatchObject(failed);
    await expect(runtime.close()).rejects.toMatchObject(failed);
    // After the close, too: it did not end in good order.
    await expect(runtime.send(one, 1)).rejects.toMatchObject(failed);
    await expect(runtime.close()).rejects.toMatchObject(failed);
  });

  it("does not hold up a close for longer than drainMs and a second", async () => {
    faults.commit = full;
    const sending = runtime.send(one, 1).catch((error: unknown) => error);
    await passed(500);
    const closing = runtime.close({ drainMs: 2_000 }).catch((error: unknown) => error);
    await passed(3_200);
    expect(await closing).toMatchObject(failed);
    expect(await sending).toMatchObject(failed);
    await expect(runtime.closed).rejects.toMatchObject(failed);
  });

  it("is closed in good order when it recovers within drainMs", async () => {
    faults.commit = full;
    const sending = runtime.send(one, 1);
    await passed(500);
    const closing = runtime.close({ drainMs: 5_000 });
    await passed(2_000);
    faults.commit = undefined;
    await passed(4_000);
    await closing;
    await sending;
    await runtime.closed;
    expect(taken).toEqual([1]);
  });
});

describe("a store that no repetition can help", () => {
  it.each<[string, Faults]>([
    ["a file that is damaged", { commit: finalFailure("the store", "file is not a database") }],
    ["a file that somebody else has", { commit: finalFailure("the store", "fenced") }],
    ["a window that is never durable", { durable: new Error("lost") }],
    ["timers that cannot be read", { read: new Error("disk I/O error") }],
  ])("stops the runtime at once: %s", async (_, given) => {
    Object.assign(faults, given);
    const sending = runtime.send(one, 1, { delayMs: 1_000 }).catch((error: unknown) => error);
    await passed(200);
    await sending;
    await expect(runtime.closed).rejects.toMatchObject(failed);
    expect(errors).toMatchObject([failed]);
    await expect(runtime.send(one, 1)).rejects.toMatchObject(failed);
    await expect(runtime.close()).rejects.toMatchObject(failed);
  });
});

describe("an ingress of a runtime that has stopped", () => {
  it("is stopped once, so that another process may read, and is not stopped again by close", async () => {
    const stops: number[] = [];
    const start = () => ({
      stop: async (drainMs: number) => void stops.push(drainMs),
      health: () => ({ typename: "test/hand", status: "running" as const, sources: [] }),
    });
    const ingresses = [{ typename: "test/hand", "~ingress": { start } }];
    const stopped = await createRuntime({
      modules: [functions, defineModule({ name: "hands", ingresses })],
      store: refusingStore(memoryStore(), faults),
      onError: () => {},
    });
    faults.durable = new Error("lost");
    await stopped.send(one, 1).catch(() => {});
    await expect(stopped.closed).rejects.toMatchObject(failed);
    await passed(100);
    expect(stops).toEqual([0]);
    await expect(stopped.close()).rejects.toMatchObject(failed);
    expect(stops).toEqual([0]);
  });
});

describe("closed", () => {
  it("resolves after a close in good order, and not before", async () => {
    let isClosed = false;
    const end = runtime.closed.then(() => {
      isClosed = true;
    });
    await passed(100);
    expect(isClosed).toBe(false);
    await runtime.close();
    await end;
    expect(errors).toEqual([]);
  });
});

describe("close on a memory store", () => {
  it("says what is lost of what was accepted", async () => {
    const stuck = functions.bind(`test/stuck-${Math.random()}`, { accepts: int }, () => {
      throw new Error("no");
    });
    await runtime.close();
    runtime = await createRuntime({
      modules: [functions],
      egresses: [out.to(() => Promise.reject(new Error("nobody is there")))],
      onError: (error) => void errors.push(error as Error),
    });
    await runtime.send(stuck.at("1"), 1);
    await runtime.send(one, 1);
    await runtime.idle();
    errors.length = 0;
    await runtime.close({ drainMs: 0 });
    expect(errors).toMatchObject([{ code: "draining" }]);
    const [{ message } = { message: "" }] = errors;
    expect(message).toContain("1 unhandled message, records of egress test/out not delivered");
  });

  it("says that delayed messages are lost, and nothing of a store that can be opened again", async () => {
    await runtime.close();
    for (const store of [undefined, memoryStore()]) {
      errors.length = 0;
      runtime = await createRuntime({
        modules: [functions],
        egresses: [out.to(() => {})],
        onError: (error) => void errors.push(error as Error),
        ...(store && { store }),
      });
      await runtime.send(one, 1, { delayMs: 60_000 });
      await runtime.close();
      expect(errors.map(({ message }) => message)).toEqual(
        store === undefined ? ["closed with delayed messages that are not due: they are lost"] : [],
      );
    }
  });
});
