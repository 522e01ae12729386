import { int, StatefulFunctions } from "statefun";
import { beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/contract/engine.ts";
import type { LinkStore, LinkWindow } from "../../src/engine/contract/store.ts";
import { functionTable } from "../../src/sdk/functions/function-table.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import { VirtualClock } from "../../src/testing/virtual-clock.ts";
import { localFunctions } from "../../src/transport/local-functions.ts";
import { singleEngine, turns } from "../simulation/single-engine.ts";
import { linkStoreOf } from "../store/subject.ts";

const typename = "held/wait";
let clock: VirtualClock;
let windows: LinkWindow[];
let engine: Engine;

const start = async (isEvictable = true): Promise<Engine> => {
  const functions = new StatefulFunctions<VirtualClock>("held");
  const state = { total: int };
  functions.bind(typename, { accepts: int, state, replies: int }, async (context, ms) => {
    if (ms > 0) await new Promise<void>((resolve) => void context.env.after(ms, resolve));
    context.state.total = (context.state.total ?? 0) + 1;
  });
  const store: LinkStore = new Proxy(linkStoreOf(memoryStore()), {
    get: (inner, name) => {
      const method: unknown = Reflect.get(inner, name);
      if (name !== "commit") return typeof method === "function" ? method.bind(inner) : method;
      return (window: LinkWindow) => {
        windows.push(window);
        inner.commit(window);
      };
    },
  });
  const settings = {
    env: clock,
    timeoutMs: 60_000,
    maxMessageBytes: 1_000_000,
    maxStateBytes: 1_000_000,
    retry: { maxAttempts: 3, initialDelayMs: 1, maxDelayMs: 1 },
    kafkaHeaders: "send",
  } as const;
  const table = functionTable([functions]);
  const one = await singleEngine(store, clock, () => Promise.reject(new Error("no links")), {
    isEvictable,
    functions: (host) => localFunctions(table, settings, host),
  });
  await turns();
  windows = [];
  return one;
};

beforeEach(async () => {
  clock = new VirtualClock(1_700_000_000_000, setImmediate);
  windows = [];
  engine = await start();
});

const arrivalOf = (id: string, ms: number) => ({
  target: { typename, id },
  argument: { typename: int.typename, bytes: int.encode(ms), headers: [] },
});

/** Sends to an instance, whose handler waits so long; lists the receipt when it comes. */
const receipts: string[] = [];
async function send(id: string, ms: number): Promise<void> {
  const arrival = { ...arrivalOf(id, ms), idempotencyKey: undefined, delayMs: 0 };
  void engine.send(arrival).then(() => receipts.push(id));
  await turns();
}

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left--) {
    clock.moveTo(clock.now() + 1);
    await turns();
  }
}

/** What each window has: messages that are stored, messages that are taken away, states. */
const contents = () =>
  windows.map(({ messages, cells }) => [
    messages.added.length,
    messages.removed.length,
    cells.length,
  ]);

beforeEach(() => {
  receipts.length = 0;
});

describe("a window that is billed", () => {
  it("closes at once for a handler that does not wait", async () => {
    await send("a", 0);
    expect([contents(), receipts]).toEqual([[[0, 0, 1]], ["a"]]);
  });

  it("is held for a handler that waits, and so is its receipt", async () => {
    await send("a", 100);
    await pass(99);
    expect([contents(), receipts]).toEqual([[], []]);
    await pass(1);
    expect([contents(), receipts]).toEqual([[[0, 0, 1]], ["a"]]);
  });

  it("closes after 250 ms with what still runs", async () => {
    await send("a", 1_000);
    await pass(249);
    expect(receipts).toEqual([]);
    await pass(1);
    expect([contents(), receipts]).toEqual([[[1, 0, 0]], ["a"]]);
    await pass(750);
    expect(contents()).toEqual([
      [1, 0, 0],
      [0, 1, 1],
    ]);
  });

  it("closes 20 ms after something in it is done, without what still runs", async () => {
    await send("slow", 200);
    await send("quick", 50);
    await pass(69);
    expect(receipts).toEqual([]);
    await pass(1);
    expect([contents(), receipts]).toEqual([[[0, 0, 1]], ["quick"]]);
    await pass(130);
    expect([contents(), receipts]).toEqual([
      [
        [0, 0, 1],
        [0, 0, 1],
      ],
      ["quick", "slow"],
    ]);
  });

  it("is not held for what was moved into it once anything waits for it", async () => {
    await send("slow", 250);
    await send("first", 0);
    await pass(20);
    expect(receipts).toEqual(["first"]);
    for (const id of ["second", "third"]) {
      await send(id, 0);
      expect(receipts.at(-1)).toBe(id);
    }
    await pass(230);
    expect(receipts.at(-1)).toBe("slow");
    expect(contents()).toEqual([
      [0, 0, 1],
      [0, 0, 1],
      [0, 0, 1],
      [0, 0, 1],
    ]);
  });

  it("is held for the answer to a batch, which waits for what it has brought", async () => {
    const messages = [{ ...arrivalOf("a", 40), caller: undefined }];
    const answers: unknown[] = [];
    void engine
      .receive({ from: "there", epoch: 1, first: 1, messages })
      .then((answer) => answers.push(answer));
    await turns();
    await pass(39);
    expect([contents(), answers]).toEqual([[], []]);
    await pass(1);
    expect([contents(), answers]).toEqual([[[0, 0, 1]], [{ kind: "taken", epoch: 1, last: 1 }]]);
  });

  it("closes after 50 ms for the answer to a batch, whose link stands still meanwhile", async () => {
    const answers: string[] = [];
    const receive = (first: number, ms: number, text: string) => {
      const messages = [{ ...arrivalOf(text, ms), caller: undefined }];
      void engine
        .receive({ from: "there", epoch: 1, first, messages })
        .then(() => answers.push(text));
      return turns();
    };
    await receive(1, 400, "slow");
    await pass(49);
    expect(answers).toEqual([]);
    await pass(1);
    expect([contents(), answers]).toEqual([[[1, 0, 0]], ["slow"]]);
    await receive(2, 0, "quick");
    expect(answers).toEqual(["slow", "quick"]);
  });

  it("is held longer for a batch that has several messages for one instance", async () => {
    const messages = Array.from({ length: 50 }, () => ({
      ...arrivalOf("a", 5),
      caller: undefined,
    }));
    const answers: unknown[] = [];
    void engine
      .receive({ from: "there", epoch: 1, first: 1, messages })
      .then((answer) => answers.push(answer));
    await turns();
    await pass(249);
    expect([contents(), answers]).toEqual([[], []]);
    await pass(1);
    expect([contents(), answers.length]).toEqual([[[0, 0, 1]], 1]);
  });

  it("closes 20 ms after the answer to a call, which has seen nothing of what runs", async () => {
    await send("slow", 200);
    let isAnswered = false;
    engine.call({ ...arrivalOf("b", 0), idempotencyKey: undefined, delayMs: 0 }, () => {
      isAnswered = true;
    });
    await turns();
    await pass(250);
    expect([isAnswered, receipts]).toEqual([false, ["slow"]]);
    expect(contents().every(([added]) => added === 0)).toBe(true);
  });
});

it("a window that is not billed closes on the next turn of the event loop", async () => {
  engine = await start(false);
  await send("a", 100);
  expect([contents(), receipts]).toEqual([[[1, 0, 0]], ["a"]]);
});
