import { address, bytes, StatefulFunctions, string } from "statefun";
import { afterEach, describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/contract/engine.ts";
import type { LinkBatch } from "../../src/engine/contract/links.ts";
import { assertLinkAnswer } from "../../src/engine/contract/rpc-checks.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import { linkStoreOf } from "../store/subject.ts";
import { startPartition } from "./support/partition.ts";

const blob = bytes("full/blob");
/** What a partition of these tests may hold. */
const room = 1_000_000;

/** A gate that handlers wait at. */
let open: (() => void)[] = [];
let isOpen = false;
const gate = () =>
  isOpen ? Promise.resolve() : new Promise<void>((resolve) => void open.push(resolve));

let engines: Engine[] = [];
afterEach(async () => {
  isOpen = true;
  for (const pass of open.splice(0)) pass();
  for (const engine of engines) await engine.close(1_000);
  engines = [];
  open = [];
  isOpen = false;
});

const heard: number[] = [];

function functions(): StatefulFunctions {
  const all = new StatefulFunctions();
  all.bind("full/slow", { accepts: blob }, async (_, value) => {
    await gate();
    heard.push(value[0] ?? -1);
  });
  all.bind("full/sender", { accepts: string }, (context, text) => {
    const [to = "", count = "", size = ""] = text.split(" ");
    for (let index = 0; index < Number(count); index++) {
      context.send(address("full/slow", to), blob.of(new Uint8Array(Number(size)).fill(index)));
    }
  });
  return all;
}

async function partition(deliver?: (to: string, batch: LinkBatch) => Promise<unknown>) {
  const errors: unknown[] = [];
  heard.length = 0;
  const engine = await startPartition({
    functions: functions(),
    store: linkStoreOf(memoryStore()),
    placement: ({ typename, id }) => (typename === "full/slow" ? `at ${id}` : "here"),
    onError: (error) => void errors.push(error),
    ...(deliver === undefined
      ? { placement: () => "here" }
      : { deliver: (to: string, batch: LinkBatch) => deliver(to, structuredClone(batch)) }),
  });
  engines.push(engine);
  return { engine, errors };
}

function batchOf(count: number, size: number, first = 1, typename = "full/slow"): LinkBatch {
  const messages = Array.from({ length: count }, (_, index) => ({
    target: { typename, id: "x" },
    caller: { typename: "full/sender", id: "1" },
    argument: {
      typename: blob.typename,
      bytes: new Uint8Array(size).fill(first + index),
      headers: [],
    },
  }));
  return { from: "there", epoch: 5, first, messages };
}

describe("a receiver", () => {
  it("takes what there is room for, one message more than fits at most, and says that it is full", async () => {
    const { engine } = await partition();
    const answer = await engine.receive(batchOf(10, 300_000));
    expect(answer).toEqual({ kind: "taken", epoch: 5, last: 4, isFull: true });
    expect(engine.partition.mailboxes.pendingBytes).toBeLessThan(room + 301_000);
    // What comes again is known, and nothing is taken behind a hole.
    expect(await engine.receive(batchOf(3, 300_000))).toEqual({ kind: "taken", epoch: 5, last: 4 });
    expect(await engine.receive(batchOf(9, 300_000, 2))).toEqual(answer);
    expect(await engine.receive(batchOf(1, 1, 6))).toEqual({ kind: "gap", epoch: 5, expected: 5 });
  });

  it("takes one message when it is empty, however large", async () => {
    const { engine } = await partition();
    const answer = await engine.receive(batchOf(2, 3 * room));
    expect(answer).toEqual({ kind: "taken", epoch: 5, last: 1, isFull: true });
  });

  it("takes many small ones by what they have on the heap, not by their bytes alone", async () => {
    const { engine } = await partition();
    const answer = await engine.receive(batchOf(10_000, 1));
    expect(answer).toMatchObject({ kind: "taken", isFull: true });
    expect(engine.partition.mailboxes.pending).toBeLessThan(room / 600 + 1);
  });

  it("that is full takes what waits nowhere: answers to calls, kept records, dead letters", async () => {
    const { engine } = await partition();
    await engine.receive(batchOf(2, room));
    for (const [index, typename] of ["statefun/ingress", "statefun/dead-letter"].entries()) {
      const answer = await engine.receive(batchOf(1, 10, 2 + index, typename));
      expect(answer).toEqual({ kind: "taken", epoch: 5, last: 2 + index });
    }
  });

  it("that is full says so of a link that it never heard of, and takes it when there is room", async () => {
    const { engine } = await partition();
    await engine.receive(batchOf(2, room));
    const other = { ...batchOf(1, 1), from: "elsewhere" };
    const full = { kind: "taken", epoch: 5, last: 0, isFull: true };
    expect(await engine.receive(other)).toEqual(full);
    isOpen = true;
    for (const pass of open.splice(0)) pass();
    await expect.poll(() => engine.pending()).toBe(0);
    expect(await engine.receive(other)).toEqual({ kind: "taken", epoch: 5, last: 1 });
  });
});

describe("a sender", () => {
  it("keeps what a full receiver did not take, and all arrive in order, without an error", async () => {
    const { engine: receiver } = await partition();
    const answers: unknown[] = [];
    const sizes: number[] = [];
    const { engine, errors } = await partition(async (_, batch) => {
      sizes.push(batch.messages.length);
      const given = await receiver.receive({
        ...batch,
        messages: batch.messages.map((message) => ({
          ...message,
          target: { ...message.target, id: "x" },
        })),
      });
      answers.push(given);
      return given;
    });
    await engine.send(arrivalFor("x 40 100000"));
    await expect.poll(() => answers.length).toBeGreaterThan(3);
    expect(heard).toEqual([]);
    expect(receiver.partition.mailboxes.pendingBytes).toBeLessThan(room + 101_000);
    expect(engine.health().waitingLinks).toEqual(["at x"]);
    // Refused, it asks by one message alone.
    expect(sizes.slice(-2)).toEqual([1, 1]);
    isOpen = true;
    for (const pass of open.splice(0)) pass();
    await expect.poll(() => heard.length).toBe(40);
    expect(heard).toEqual(Array.from({ length: 40 }, (_, index) => index));
    expect(errors).toEqual([]);
    await expect.poll(() => engine.health().waitingLinks).toEqual([]);
  });

  it("is not held up with others meanwhile, and asks every few seconds at most", async () => {
    const asked: number[] = [];
    const reached: string[] = [];
    const { engine, errors } = await partition(async (to, { epoch, first, messages }) => {
      if (to === "at full") {
        asked.push(Date.now());
        return { kind: "taken", epoch, last: first - 1, isFull: true };
      }
      reached.push(to);
      return { kind: "taken", epoch, last: first + messages.length - 1 };
    });
    await engine.send(arrivalFor("full 5 10"));
    for (let index = 0; index < 20; index++) await engine.send(arrivalFor(`${index} 1 10`));
    await expect.poll(() => reached.length).toBe(20);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(asked.length).toBeGreaterThan(4);
    expect(asked.length).toBeLessThan(15);
    expect(errors).toEqual([]);
  });
});

it("an answer that is not sound about it is refused", () => {
  const answer = { kind: "taken", epoch: 5, last: 1 };
  expect(() => assertLinkAnswer({ ...answer, isFull: true })).not.toThrow();
  expect(() => assertLinkAnswer({ ...answer, isFull: undefined })).not.toThrow();
  expect(() => assertLinkAnswer({ ...answer, isFull: "yes" })).toThrow(/is not an answer/);
});

function arrivalFor(text: string) {
  return {
    target: { typename: "full/sender", id: "1" },
    argument: { typename: string.typename, bytes: string.encode(text), headers: [] },
    idempotencyKey: undefined,
    delayMs: 0,
  };
}
