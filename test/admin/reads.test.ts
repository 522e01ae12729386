import { address, NonRetryableError, StatefulFunctions, string } from "statefun";
import { createRuntime, type Runtime } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/contract/engine.ts";
import { engineReads } from "../../src/host/admin/engine-reads.ts";
import { RecentErrors } from "../../src/host/admin/recent-errors.ts";
import { StateFunError } from "../../src/internal/errors.ts";
import { acting, order, sendText } from "../engine/actions/support.ts";
import { createGate } from "../engine/support/gate.ts";
import { eventually } from "./support.ts";

const readsOf = (engine: Engine) => engineReads(() => engine);
const many = { after: -1, limit: 1_000, maxBytes: 1e9 };
const hour = 3_600_000;

function program() {
  const functions = new StatefulFunctions();
  const gate = createGate();
  const worker = functions.bind("demo/worker", { accepts: string }, async (context, text) => {
    if (text === "hang") await gate.pass();
    if (text.startsWith("fail")) throw new NonRetryableError(text.slice(5));
    if (text.startsWith("later ")) {
      context.sendAfter(hour, address("demo/other", "1"), string.of(text.slice(6)));
    }
  });
  const other = functions.bind("demo/other", { accepts: string }, () => {});
  return { functions, worker, other, gate };
}

describe.each(["memory", "sqlite"] as const)("what an engine shows, on %s", (store) => {
  const host = acting(store);

  it("timers: of all, of a function, of an instance, each at its sender, or at its target from outside", async () => {
    const { functions, worker, other } = program();
    let engine = await host.start(functions);
    for (const id of ["1", "2", "1"]) await sendText(engine, worker.at(id), `later ${id}`);
    await sendText(engine, other.at("1"), "from outside", hour);
    await engine.idle();
    for (let life = 0; life < 2; life += 1) {
      const reads = readsOf(engine);
      const texts = async (want: {
        typename?: string;
        id?: string;
        after?: number;
        limit?: number;
      }) =>
        (await reads.timers({ ...many, ...want })).map(({ argument }) =>
          string.decode(argument.bytes ?? new Uint8Array()),
        );
      expect(await texts({})).toEqual(["1", "2", "1", "from outside"]);
      expect(await texts({ typename: "demo/worker" })).toEqual(["1", "2", "1"]);
      expect(await texts({ typename: "demo/worker", id: "1" })).toEqual(["1", "1"]);
      // A delayed message from outside is listed at its target; that of a function is not.
      expect(await texts({ typename: "demo/other" })).toEqual(["from outside"]);
      expect(await texts({ typename: "demo/other", id: "1" })).toEqual(["from outside"]);
      expect(await texts({ typename: "demo/none" })).toEqual([]);
      const [first, second] = await reads.timers({ ...many, limit: 2 });
      expect(await texts({ after: first?.number ?? 0, limit: 1 })).toEqual(["2"]);
      expect((await reads.timers({ ...many, maxBytes: 1 })).length).toBe(1);
      expect(second?.dueAt).toBeGreaterThan(Date.now() + hour - 60_000);
      engine = await host.start(functions);
    }
    const [one] = await readsOf(engine).timers(many);
    await order(engine, { kind: "cancel-timer", number: one?.number ?? 0 });
    expect((await readsOf(engine).timers(many)).length).toBe(3);
  });

  it("dead letters by function, code, text and time, with the place to go on from", async () => {
    const { functions, worker, other } = program();
    const engine = await host.start(functions);
    for (let n = 0; n < 300; n += 1)
      await sendText(engine, worker.at("1"), `fail odd ${n % 2} "x${n}"`);
    await sendText(engine, other.at("1"), "fine");
    await engine.idle();
    const reads = readsOf(engine);
    const page = await reads.deadLetters({ reason: "odd 1" }, -1, 10, 1e9);
    expect(page.letters.length).toBe(10);
    expect(page.letters.every(({ reason }) => reason.startsWith("odd 1"))).toBe(true);
    let [count, next] = [10, page.next];
    while (next !== undefined) {
      const more = await reads.deadLetters({ reason: "odd 1" }, next, 50, 1e9);
      [count, next] = [count + more.letters.length, more.next];
    }
    expect(count).toBe(150);
    const number = async (filter: object) =>
      (await reads.deadLetters(filter, -1, 1_000, 1e9)).letters.length;
    expect(await number({})).toBe(300);
    expect(await number({ typename: "demo/worker", code: "non_retryable" })).toBe(300);
    expect(await number({ typename: "demo/other" })).toBe(0);
    expect(await number({ code: "failed" })).toBe(0);
    const [{ failedAt } = { failedAt: 0 }] = page.letters;
    expect(await number({ until: failedAt })).toBeLessThan(2);
    expect(await number({ since: failedAt })).toBeGreaterThan(298);
    expect(await number({ since: Date.now() + hour })).toBe(0);
    expect((await reads.deadLetters({}, -1, 1_000, 1)).letters.length).toBe(1);
  });

  it("groups of dead letters, most first, at most 500 however many reasons there are", async () => {
    const { functions, worker } = program();
    const engine = await host.start(functions);
    for (let n = 0; n < 40; n += 1)
      await sendText(engine, worker.at("1"), `fail order ${n} "a${n}" is bad`);
    await sendText(engine, worker.at("1"), "fail something else");
    await engine.idle();
    const few = await readsOf(engine).deadGroups({});
    const code = "non_retryable";
    expect(few).toMatchObject([
      {
        typename: "demo/worker",
        egress: undefined,
        code,
        reason: 'order 0 "a0" is bad',
        count: 40,
      },
      { typename: "demo/worker", code, reason: "something else", count: 1 },
    ]);
    expect(few[0]?.firstAt).toBeLessThanOrEqual(few[0]?.lastAt ?? 0);
    const chosen = async (filter: object) =>
      (await readsOf(engine).deadGroups(filter)).map(({ count }) => count);
    expect(await chosen({ reason: "order 3" })).toEqual([11]);
    expect(await chosen({ since: few[0]?.firstAt })).toEqual([40, 1]);
    expect(await chosen({ since: Date.now() + 3_600_000 })).toEqual([]);
    expect(await chosen({ typename: "demo/other" })).toEqual([]);
    const letters = (n: number) => String.fromCharCode(97 + (n % 26), 97 + Math.floor(n / 26));
    for (let n = 0; n < 600; n += 1) await sendText(engine, worker.at("1"), `fail ${letters(n)}zz`);
    await engine.idle();
    const groups = await readsOf(engine).deadGroups({});
    expect(groups.length).toBeLessThanOrEqual(500);
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(641);
    expect(groups[0]).toMatchObject({ reason: "(other reasons)", typename: "demo/worker", code });
  });

  it("how long the oldest message has waited, to a second, and since the start at least", async () => {
    const { functions, worker, gate } = program();
    let engine = await host.start(functions);
    const age = async (): Promise<number> => {
      const one = await readsOf(engine).instance({ typename: "demo/worker", id: "1" });
      return one?.oldestMs ?? -1;
    };
    expect(await age()).toBe(-1);
    const sentAt = Date.now();
    await sendText(engine, worker.at("1"), "hang");
    await eventually(async () => gate.arrivals === 1);
    const arrivedAt = Date.now();
    for (let n = 0; n < 30; n += 1) {
      await sendText(engine, worker.at("2"), "x");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const askedAt = Date.now();
    const waited = await age();
    expect(waited).toBeGreaterThan(askedAt - arrivedAt - 1_100);
    expect(waited).toBeLessThan(Date.now() - sentAt + 1_100);
    await host.crash();
    const startedAt = Date.now();
    engine = await host.start(functions);
    const since = await age();
    expect(since).toBeLessThan(Date.now() - startedAt + 1_000);
    gate.open();
  });
});

describe("errors of a run", () => {
  it("are the last 200, newest first, each with its place", () => {
    let now = 0;
    const errors = new RecentErrors(() => now);
    for (now = 1; now <= 250; now += 1) {
      const at = { address: address("demo/fn", String(now)) };
      errors.add(now % 2 === 0 ? new StateFunError("timed_out", "late") : "thrown", at);
    }
    const list = errors.list();
    expect(list.length).toBe(200);
    const place = { typename: "demo/fn", egress: undefined };
    expect(list[0]).toEqual({ ...place, at: 250, id: "250", code: "timed_out", message: "late" });
    expect(list[1]).toEqual({ ...place, at: 249, id: "249", code: "failed", message: "thrown" });
    expect(list.at(-1)?.at).toBe(51);
    errors.add(new Error("x".repeat(9_999)), { egress: "demo/out" });
    expect(errors.list()[0]?.message.length).toBe(2_001);
  });

  it("are kept where there are operators, and reach onError as before", async () => {
    const { functions, worker } = program();
    const seen: unknown[] = [];
    const runtime: Runtime = await createRuntime({
      modules: [functions],
      http: { admin: { authenticate: "none" } },
      onError: (error) => void seen.push(error),
    });
    await runtime.send(worker.at("1"), "fail it is no use");
    await runtime.idle();
    const response = await runtime.fetch(new Request("http://localhost/admin/errors"));
    expect(JSON.stringify(await response.json())).toContain("it is no use");
    expect(seen.length).toBe(1);
    await runtime.close();
  });
});
