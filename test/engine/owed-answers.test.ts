import { address, int, StatefulFunctions } from "statefun";
import { beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/contract/engine.ts";
import type { LinkAnswer, LinkBatch } from "../../src/engine/contract/links.ts";
import type { LinkStore, LinkWindow } from "../../src/engine/contract/store.ts";
import { functionTable } from "../../src/sdk/functions/function-table.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import { VirtualClock } from "../../src/testing/virtual-clock.ts";
import { localFunctions } from "../../src/transport/local-functions.ts";
import { singleEngine, turns } from "../simulation/single-engine.ts";
import { linkStoreOf } from "../store/subject.ts";

const typename = "owed/pass";
const handle = { current: memoryStore() };
let clock: VirtualClock;
let store: LinkStore;
let windows: LinkWindow[];
let alarms: number;
let isWoken: boolean;
let answers: LinkAnswer[];
/** Batches that went on to another partition, and how they are answered. */
let passed: ((answer: LinkAnswer) => void)[];

/** Resolves when the disk has what was committed. */
let flushed: Promise<void>;

/** Passes each message on to "there", after so long; one to "sink" ends there. */
function functions(): StatefulFunctions {
  const all = new StatefulFunctions("owed");
  all.bind(typename, { accepts: int }, async (context, ms) => {
    if (ms > 0) await new Promise<void>((resolve) => void clock.after(ms, resolve));
    if (context.self.id !== "sink") context.send(address(typename, "there"), int.of(0));
  });
  return all;
}

async function start(): Promise<Engine> {
  clock = new VirtualClock(1_700_000_000_000, setImmediate);
  const inner = linkStoreOf(handle.current);
  store = new Proxy(inner, {
    get: (_, name) => {
      if (name === "isWoken") return () => isWoken;
      if (name === "wakeSoon") {
        return () => {
          alarms++;
          isWoken = true;
        };
      }
      if (name === "durable") return () => flushed;
      const method: unknown = Reflect.get(inner, name);
      if (name !== "commit") return typeof method === "function" ? method.bind(inner) : method;
      return (window: LinkWindow) => {
        windows.push(window);
        inner.commit(window);
      };
    },
  });
  const deliver = (_: string, { epoch, first, messages }: LinkBatch): Promise<LinkAnswer> =>
    new Promise((resolve) => {
      const last = first + messages.length - 1;
      passed.push(() => resolve({ kind: "taken", epoch, last }));
    });
  const settings = {
    env: undefined,
    timeoutMs: 60_000,
    maxMessageBytes: 1_000_000,
    maxStateBytes: 1_000_000,
    retry: { maxAttempts: 3, initialDelayMs: 1, maxDelayMs: 1 },
    kafkaHeaders: "send",
  } as const;
  const engine = await singleEngine(store, clock, deliver, {
    isEvictable: true,
    functions: (host) => localFunctions(functionTable([functions()]), settings, host),
  });
  await turns();
  return engine;
}

let engine: Engine;

beforeEach(async () => {
  handle.current = memoryStore();
  [windows, alarms, isWoken, answers, passed] = [[], 0, false, [], []];
  flushed = Promise.resolve();
  engine = await start();
});

const message = (ms: number, id = "here") => ({
  target: { typename, id },
  caller: undefined,
  argument: { typename: int.typename, bytes: int.encode(ms), headers: [] },
});

async function receive(first: number, ms: number, id = "here"): Promise<void> {
  const batch = { from: "before", epoch: 1, first, messages: [message(ms, id)] };
  void engine.receive(batch).then((answer) => answers.push(answer));
  await turns();
}

async function pass(ms: number): Promise<void> {
  clock.moveTo(clock.now() + ms);
  await turns();
}

const taken = (last: number) => ({ kind: "taken", epoch: 1, last }) as const;
const owed = () => windows.map(({ isRepeatedBySenders }) => isRepeatedBySenders);

describe("the answer to a batch that leaves something to do", () => {
  it("waits until that is acknowledged, and no window sets an alarm", async () => {
    await receive(1, 0);
    expect([owed(), answers, passed.length]).toEqual([[true], [], 1]);
    await pass(49);
    expect(answers).toEqual([]);
    passed[0]?.(taken(1));
    await turns();
    expect([answers, alarms]).toEqual([[taken(1)], 0]);
    await pass(100);
    expect([windows.length, alarms]).toEqual([1, 0]);
  });

  it("goes after 50 ms with an alarm of its own", async () => {
    await receive(1, 0);
    await pass(50);
    expect([answers, alarms]).toEqual([[taken(1)], 1]);
    // What comes now is answered at once.
    await receive(2, 0);
    expect([answers.length, alarms, owed()]).toEqual([2, 1, [true, false]]);
  });

  it("goes at once where an alarm is set", async () => {
    isWoken = true;
    await receive(1, 0);
    expect([answers, alarms]).toEqual([[taken(1)], 0]);
  });

  it("waits for the disk, both for the end of what it was for and for an alarm", async () => {
    for (const hasAlarm of [false, true]) {
      await receive(hasAlarm ? 2 : 1, 280, "sink");
      await pass(250);
      const { length } = answers;
      let flush = (): void => {};
      flushed = new Promise((resolve) => {
        flush = resolve;
      });
      isWoken = hasAlarm;
      await pass(30);
      expect(answers).toHaveLength(length);
      flush();
      await turns();
      expect(answers).toHaveLength(length + 1);
    }
  });

  it("goes at once where nothing is left", async () => {
    const batch = { from: "before", epoch: 1, first: 1, messages: [] };
    void engine.receive(batch).then((answer) => answers.push(answer));
    await turns();
    expect(answers).toHaveLength(1);
  });

  it("does not keep what comes from outside meanwhile from setting an alarm", async () => {
    await receive(1, 0);
    const arrival = { ...message(0), idempotencyKey: undefined, delayMs: 0 };
    await engine.send(arrival);
    expect(owed()).toEqual([true, false]);
  });

  it("waits as well after its engine has ended, and the batch comes again", async () => {
    await receive(1, 300);
    await pass(250);
    expect([owed(), answers]).toEqual([[true], []]);
    store.close();
    engine = await start();
    await receive(1, 300);
    // The window is held for what was restored and runs.
    await pass(20);
    await pass(49);
    expect(answers).toEqual([]);
    await pass(1);
    expect([answers, alarms]).toEqual([[taken(1)], 1]);
  });

  it("is an error when the engine stops", async () => {
    const batch = { from: "before", epoch: 1, first: 1, messages: [message(0)] };
    const answer = engine.receive(batch);
    const failed = expect(answer).rejects.toMatchObject({ code: "draining" });
    await turns();
    await engine.close(0);
    await failed;
  });
});
