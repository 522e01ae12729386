import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { int, StatefulFunctions } from "statefun";
import { memoryStore, type Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { describe, expect, it } from "vitest";
import { createGate } from "../../engine/support/gate.ts";
import { type Faults, refusingStore } from "../../engine/support/refusing-store.ts";
import {
  type Answered,
  cart,
  later,
  retried,
  type Started,
  start,
  trouble,
  worker,
} from "../app.ts";

/** Each message leads to one more, to an instance with a long id. */
const chains = new StatefulFunctions("chains");
const chain = chains.bind("chains/chain", { accepts: int }, (context, left) => {
  if (left > 0) context.send(chain.at(`${"書".repeat(900)}${left}`), left - 1);
});

const pen = { item: "pen", count: 1 };

async function recording(store: Store): Promise<Started> {
  const started = await start({ store }, [chains]);
  await started.read("/admin/recording?minutes=5", { method: "POST" });
  return started;
}

async function spansOf({ read }: Started, query = ""): Promise<Answered[]> {
  return (await read(`/admin/messages?${query}`)).messages;
}

const of = (fn: string, id: string) => `function=ops/${fn}&id=${id}`;

describe.each<[string, () => Store]>([
  ["memory", () => memoryStore()],
  ["SQLite", () => sqliteStore(join(mkdtempSync(join(tmpdir(), "statefun-")), "store.db"))],
])("a recording, with %s", (_, store) => {
  it("is off at the start, and then there is nothing", async () => {
    const started = await start({ store: store() });
    const { read, ask, runtime } = started;
    await runtime.call(cart.at("1"), pen);
    expect(await read("/admin/recording", { as: "reader" })).toEqual({
      ...{ on: false, always: false, spans: 0 },
      capacity: 4_096,
    });
    expect(await read("/admin/messages")).toEqual({ messages: [] });
    expect((await ask("/admin/messages/1")).status).toBe(404);
  });

  it("is started for some minutes, prolonged, and ended", async () => {
    const { read, ask, runtime } = await start({ store: store() });
    const before = Date.now();
    const first = await read("/admin/recording?why=slow", { method: "POST" });
    expect(first).toMatchObject({ on: true, always: false, spans: 0 });
    expect(first.untilMs - before).toBeGreaterThan(599_000);
    expect(first.untilMs - before).toBeLessThan(660_000);
    await runtime.call(cart.at("1"), pen);
    const more = await read("/admin/recording?minutes=60", { method: "POST" });
    expect(more.untilMs - before).toBeGreaterThan(3_599_000);
    expect(more.spans).toBe(2);
    const key = { headers: { "idempotency-key": "end" } };
    const ended = await read("/admin/recording", { method: "DELETE", ...key });
    // What there is can still be read.
    expect(ended).toEqual({ on: false, always: false, spans: 2, capacity: 4_096 });
    await runtime.call(cart.at("1"), pen);
    expect((await read("/admin/recording")).spans).toBe(2);
    await read("/admin/recording", { method: "POST" });
    expect((await read("/admin/recording")).spans).toBe(0);
    // It was done with this key.
    const again = await read("/admin/recording", { method: "DELETE", ...key });
    expect(again.on).toBe(true);
    expect((await ask("/admin/recording", { method: "POST", ...key })).status).toBe(409);
    const { activity } = await read("/admin/activity");
    expect(activity.map(({ record }: Answered) => record)).toMatchObject([
      { action: "start-recording", who: "walter", why: "slow", minutes: 10, result: { count: 1 } },
      { action: "start-recording", minutes: 60 },
      { action: "end-recording" },
      { action: "start-recording" },
    ]);
  });

  it("is neither started nor ended while the store refuses, and is with the same key then", async () => {
    const faults: Faults = {};
    const { read, ask, runtime, errors } = await start({ store: refusingStore(store(), faults) });
    const refused = async (method: string, key: string) => {
      faults.commit = new Error("the disk is full");
      const before = errors.length;
      // It waits until the store takes it.
      const sent = runtime.send(cart.at("1"), pen);
      await expect.poll(() => errors.length).toBeGreaterThan(before);
      const ordered = await ask("/admin/recording", {
        method,
        headers: { "idempotency-key": key },
      });
      delete faults.commit;
      await sent;
      return ordered.status;
    };
    for (const [method, on] of [
      ["POST", true],
      ["DELETE", false],
    ] as const) {
      expect(await refused(method, method)).toBe(503);
      expect((await read("/admin/recording")).on).toBe(!on);
      const again = { method, headers: { "idempotency-key": method } };
      await expect.poll(async () => (await ask("/admin/recording", again)).status).toBe(200);
      expect((await read("/admin/recording")).on).toBe(on);
    }
    const { activity } = await read("/admin/activity");
    const actions = activity.map(({ record }: Answered) => record.action);
    expect(actions).toEqual(expect.arrayContaining(["start-recording", "end-recording"]));
  });

  it.each(["0", "61", "-1", "1.5", "x", ""])("takes no %s minutes", async (minutes) => {
    const { ask } = await start({ store: store() });
    const response = await ask(`/admin/recording?minutes=${minutes}`, { method: "POST" });
    expect(response.status).toBe(400);
    expect((await response.json()).error.message).toContain("minutes must be an integer");
  });

  it("says of a message what it has led to", async () => {
    const started = await recording(store());
    const { runtime, url, read } = started;
    await runtime.call(cart.at("1"), pen);
    const sent = await fetch(`${url}/functions/ops/cart/2`, {
      method: "POST",
      headers: { authorization: "Bearer client", "content-type": "application/json" },
      body: JSON.stringify(pen),
    });
    const { id } = await sent.json();
    await runtime.idle();
    const spans = await spansOf(started);
    const [record, second, kept, first] = spans;
    expect(first).toEqual({
      number: expect.stringMatching(/^\d+$/),
      kind: "message",
      causes: [],
      from: { kind: "client" },
      to: { typename: "ops/cart", id: "1" },
      messageTypename: "ops/Order",
      size: 24,
      atMs: expect.any(Number),
      startedAtMs: expect.any(Number),
      durationMs: expect.any(Number),
      attempts: 1,
      outcome: "completed",
    });
    expect(kept).toMatchObject({
      kind: "record",
      causes: [first.number],
      from: { kind: "function", typename: "ops/cart", id: "1" },
      to: { egress: "ops/records" },
      outcome: "delivered",
    });
    expect(second).toMatchObject({ from: { kind: "http" }, number: id.split("-").at(-1) });
    expect(record.causes).toEqual([second.number]);
    expect(await read(`/admin/messages/${kept.number}`)).toEqual({
      root: first.number,
      spans: [first, kept],
      isComplete: true,
    });
  });

  it("goes through timers, failures, dead letters and replays", async () => {
    const started = await recording(store());
    const { runtime, read } = started;
    await runtime.send(later.at("1"), "token");
    await runtime.idle();
    const [timer, setter] = await spansOf(started);
    expect(timer).toMatchObject({
      kind: "timer",
      causes: [setter.number],
      to: { typename: "ops/worker", id: "1" },
      outcome: "scheduled",
      attempts: 0,
    });
    trouble.text = "down";
    await read(`/admin/timers/${timer.number}/fire`, { method: "POST" });
    await runtime.idle();
    const [letter] = await runtime.deadLetters.list();
    const [dead, fired] = await spansOf(started);
    expect(fired).toMatchObject({ number: timer.number, outcome: "delivered" });
    expect(dead).toMatchObject({
      kind: "message",
      causes: [timer.number],
      from: { kind: "function", typename: "ops/later", id: "1" },
      outcome: "dead",
      attempts: 1,
      error: { code: "non_retryable", message: "down" },
      deadLetter: letter?.id,
    });
    trouble.text = undefined;
    await runtime.deadLetters.replay(letter?.id ?? "");
    await runtime.idle();
    const [record, replayed] = await spansOf(started);
    expect(replayed).toMatchObject({
      causes: [dead.number],
      from: { kind: "operator" },
      outcome: "completed",
    });
    expect(record).toMatchObject({ causes: [replayed.number], to: { egress: "ops/undelivered" } });
    const numbers = [setter, timer, dead, replayed, record].map(({ number }) => number);
    for (const number of [...numbers, letter?.id]) {
      const { root, spans, isComplete } = await read(`/admin/messages/${number}`);
      expect([root, isComplete]).toEqual([setter.number, true]);
      expect(spans.map((span: Answered) => span.number)).toEqual(numbers);
    }
  });

  it("tells a timer that was taken back", async () => {
    const started = await recording(store());
    const { runtime, read } = started;
    await runtime.send(later.at("1"), "token");
    await runtime.idle();
    const [timer] = await spansOf(started);
    await read(`/admin/timers/${timer.number}`, { method: "DELETE" });
    expect((await spansOf(started))[0]).toMatchObject({ kind: "timer", outcome: "cancelled" });
    await runtime.send(later.at("1"), "token", { delayMs: 3_600_000 });
    expect((await spansOf(started))[0]).toMatchObject({
      kind: "timer",
      causes: [],
      from: { kind: "client" },
      outcome: "scheduled",
    });
  });

  it("tells what waits, runs, and is tried again", async () => {
    const started = await recording(store());
    const { runtime, read } = started;
    const gate = createGate();
    trouble.held = gate.pass();
    await runtime.send(worker.at("1"), "held");
    await runtime.send(worker.at("1"), "next");
    await expect
      .poll(async () => (await spansOf(started)).map((one) => one.outcome))
      .toEqual(["waiting", "running"]);
    gate.open();
    await runtime.idle();
    trouble.text = "down";
    await runtime.send(retried.at("1"), "x");
    await runtime.idle();
    const [failed] = await spansOf(started);
    expect(failed).toMatchObject({
      outcome: "failed",
      attempts: 1,
      error: { code: "failed", message: "down" },
    });
    trouble.text = undefined;
    await read(`/admin/instance/retry?${of("retried", "1")}`, { method: "POST" });
    await runtime.idle();
    const [completed] = await spansOf(started);
    expect(completed).toMatchObject({ number: failed.number, outcome: "completed", attempts: 2 });
    expect(completed).not.toHaveProperty("error");
    trouble.text = "down";
    await runtime.send(retried.at("1"), "y");
    await runtime.idle();
    const [head] = await spansOf(started);
    await read(`/admin/instance/skip?${of("retried", "1")}&number=${head.number}`, {
      method: "POST",
    });
    expect((await spansOf(started))[0]).toMatchObject({
      outcome: "dead",
      error: { code: "discarded_by_operator" },
    });
  });

  it("says that it does not know what came before it", async () => {
    const started = await start({ store: store() });
    const { runtime, read } = started;
    const gate = createGate();
    trouble.held = gate.pass();
    await runtime.send(worker.at("1"), "before");
    await runtime.send(worker.at("1"), "also before");
    await runtime.send(worker.at("2"), "never");
    await expect.poll(async () => (await runtime.deadLetters.list()).length).toBe(1);
    const [letter] = await runtime.deadLetters.list();
    await read("/admin/recording", { method: "POST" });
    gate.open();
    await runtime.idle();
    const [record, waited, lost] = await spansOf(started);
    // What had begun to run.
    expect(lost).toMatchObject({
      kind: "record",
      causes: [],
      causeUnknown: true,
      from: { kind: "function", typename: "ops/worker", id: "1" },
    });
    expect(waited).toMatchObject({ causeUnknown: true, from: { kind: "unknown" }, attempts: 1 });
    expect(record.causes).toEqual([waited.number]);
    expect((await read(`/admin/messages/${record.number}`)).isComplete).toBe(false);
    await runtime.deadLetters.replay(letter?.id ?? "");
    await runtime.idle();
    const [replayed] = await spansOf(started, of("worker", "2"));
    expect(replayed).toMatchObject({ causes: [letter?.id], from: { kind: "operator" } });
    expect((await read(`/admin/messages/${replayed.number}`)).isComplete).toBe(false);
  });

  it("says that it does not know what came after it", async () => {
    const started = await recording(store());
    const { runtime, read } = started;
    await runtime.send(later.at("1"), "token");
    await runtime.idle();
    const [timer, setter] = await spansOf(started);
    expect((await read(`/admin/messages/${setter.number}`)).isComplete).toBe(true);
    await read("/admin/recording", { method: "DELETE" });
    await read(`/admin/timers/${timer.number}/fire`, { method: "POST" });
    await runtime.idle();
    const tree = await read(`/admin/messages/${setter.number}`);
    expect([tree.spans.length, tree.isComplete]).toEqual([2, false]);
  });

  it("is chosen by function, instance and outcome, a page at a time", async () => {
    const started = await recording(store());
    const { runtime, read, ask } = started;
    for (const id of ["1", "2", "1", "3"]) await runtime.call(cart.at(id), pen);
    await runtime.send(worker.at("1"), "never");
    await runtime.idle();
    const kinds = async (query: string) => (await spansOf(started, query)).map(({ kind }) => kind);
    expect(await kinds("function=ops/cart&is=completed")).toHaveLength(4);
    expect(await kinds(of("cart", "1"))).toEqual(["record", "message", "record", "message"]);
    expect(await kinds("is=dead")).toEqual(["message"]);
    expect(await kinds("function=ops/nobody")).toEqual([]);
    const seen: string[] = [];
    let next: string | undefined = "";
    while (next !== undefined) {
      const page: Answered = await read(`/admin/messages?limit=2${next && `&after=${next}`}`);
      seen.push(...page.messages.map(({ number }: Answered) => number));
      // What is newer does not come in between.
      await runtime.send(cart.at("9"), pen);
      next = page.next;
    }
    const numbers = (await spansOf(started, "is=completed"))
      .filter(({ to }) => to.id !== "9")
      .map(({ number }) => number);
    expect(seen).toEqual(expect.arrayContaining(numbers));
    expect(new Set(seen).size).toBe(9);
    for (const query of ["id=1", "is=odd", "after=x", "limit=0"]) {
      expect((await ask(`/admin/messages?${query}`)).status).toBe(400);
    }
    expect((await ask("/admin/messages/x")).status).toBe(400);
  });

  it("keeps no value, and not the address of a call", async () => {
    const started = await recording(store());
    const { runtime } = started;
    await runtime.call(cart.at("1"), { item: "secret", count: 1 });
    const text = JSON.stringify(await spansOf(started));
    expect(text).not.toContain("secret");
    expect(text).not.toContain("statefun/ingress");
  });

  it("keeps odd ids, and long ones in part", async () => {
    const started = await recording(store());
    const { runtime } = started;
    const odd = ["\0", "..", "\u202eabc", "x".repeat(10_000), "😀".repeat(600)];
    for (const id of odd) await runtime.send(worker.at(id), "x");
    await runtime.idle();
    const spans = await spansOf(started, "function=ops/worker&is=completed");
    const ids = spans
      .filter(({ kind }) => kind === "message")
      .map(({ to }) => to.id)
      .reverse();
    expect(ids.slice(0, 3)).toEqual(odd.slice(0, 3));
    expect(ids[3]).toBe(`${"x".repeat(200)}…`);
    const long = encodeURIComponent("😀".repeat(600));
    expect(await spansOf(started, of("worker", long))).not.toEqual([]);
  });

  it("has of a tree that is too large for an answer what is near", async () => {
    const started = await recording(store());
    const { runtime, read } = started;
    await runtime.send(chain.at("0"), 900);
    await runtime.idle();
    const [newest] = await spansOf(started, "limit=1");
    const { root, spans, leftOut } = await read(`/admin/messages/${newest.number}`);
    expect([spans.length + leftOut, spans.at(-1)]).toEqual([901, newest]);
    expect(Number(root)).toBeLessThan(Number(spans[0].number));
    const numbers = spans.map(({ number }: Answered) => Number(number));
    expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
  });
});

describe("a recording", () => {
  it("does not outlive the process", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "statefun-")), "store.db");
    const started = await recording(sqliteStore(path));
    await started.runtime.call(cart.at("1"), pen);
    expect((await started.read("/admin/recording")).spans).toBe(2);
    await started.runtime.close();
    const { read } = await start({ store: sqliteStore(path) });
    expect(await read("/admin/recording")).toMatchObject({ on: false, spans: 0 });
  });

  it("is a topic of the stream, with the newest fifty", async () => {
    const started = await recording(memoryStore());
    for (let left = 30; left > 0; left--) await started.runtime.call(cart.at("1"), pen);
    const response = await started.ask("/admin/live?topics=messages");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("\n\n")) text += (await reader?.read())?.value ?? "\n\n";
    await reader?.cancel();
    const { messages } = JSON.parse(/data: (.*)/.exec(text)?.[1] ?? "");
    expect(messages).toEqual(await spansOf(started, "limit=50"));
    expect(messages).toHaveLength(50);
  });
});
