import { address, customType, int, StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/contract/engine.ts";
import { engineReads } from "../../src/host/admin/engine-reads.ts";
import { acting, order, sendText } from "../engine/actions/support.ts";
import { createGate } from "../engine/support/gate.ts";
import { far, hosted } from "../remote/support/hosted.ts";
import { answer } from "../remote/support/raw-server.ts";
import { eventually } from "./support.ts";

const readsOf = (engine: Engine) => engineReads(() => engine);
const troubles = (engine: Engine) => readsOf(engine).troubles(100);
const troubled = async (engine: Engine, typename: string) =>
  (await readsOf(engine).instances({ typename, limit: 100, is: "troubled" })).instances;

const slowly = { maxAttempts: 9, initialDelayMs: 60_000, maxDelayMs: 60_000 };

/** A type that can write what it cannot read. */
const Strict = customType<string>({
  typename: "test/Strict",
  encode: (text) => new TextEncoder().encode(text),
  decode(bytes) {
    const text = new TextDecoder().decode(bytes);
    if (text === "bad") throw new RangeError("unreadable");
    return text;
  },
});

describe.each(["memory", "sqlite"] as const)("why an instance stands still, on %s", (store) => {
  const host = acting(store);
  const failing = { text: "the bank is closed" as string | undefined };

  function program() {
    const functions = new StatefulFunctions();
    const worker = functions.bind("demo/worker", { accepts: string, retry: slowly }, () => {
      if (failing.text !== undefined) throw new Error(failing.text);
    });
    return { functions, worker };
  }

  it("a message that fails: the error, its attempts, when it is tried again; gone when it has run", async () => {
    failing.text = "the bank is closed";
    const { functions, worker } = program();
    const engine = await host.start(functions);
    const number = await sendText(engine, worker.at("1"), "x");
    await sendText(engine, worker.at("1"), "y");
    await eventually(async () => (await troubles(engine)).length === 1);
    const [found] = await troubles(engine);
    expect(found).toEqual({
      ...{
        typename: "demo/worker",
        id: "1",
        kind: "retrying",
        code: "failed",
        attempts: 1,
        number,
      },
      reason: "the bank is closed",
      at: expect.any(Number),
      retryAt: expect.any(Number),
      waitsFor: undefined,
    });
    const waitMs = Number(found?.retryAt) - Number(found?.at);
    expect(waitMs).toBeGreaterThanOrEqual(30_000);
    expect(waitMs).toBeLessThanOrEqual(60_000);
    expect((await troubled(engine, "demo/worker")).map(({ id, waiting }) => [id, waiting])).toEqual(
      [["1", 2]],
    );
    failing.text = undefined;
    await order(engine, { kind: "retry", address: { typename: "demo/worker", id: "1" } });
    await engine.idle();
    expect(await troubles(engine)).toEqual([]);
    expect(await troubled(engine, "demo/worker")).toEqual([]);
  });

  it("a reason of any length has at most 2 kB", async () => {
    const { functions, worker } = program();
    const engine = await host.start(functions);
    for (const [id, text] of Object.entries({
      a: "x".repeat(9_999),
      b: "🙂".repeat(9_999),
      c: "é",
    })) {
      failing.text = text;
      await sendText(engine, worker.at(id), "x");
      await eventually(async () => (await troubles(engine)).some((one) => one.id === id));
    }
    for (const { reason, id } of await troubles(engine)) {
      expect(new TextEncoder().encode(reason).length).toBeLessThanOrEqual(2_048);
      expect(reason.isWellFormed()).toBe(true);
      expect(reason.endsWith("…")).toBe(id !== "c");
    }
  });

  it("after a restart: not tried since the start, with the attempts of before", async () => {
    failing.text = "no";
    const { functions, worker } = program();
    let engine = await host.start(functions);
    const number = await sendText(engine, worker.at("1"), "x");
    await eventually(async () => (await troubles(engine)).length === 1);
    engine = await host.start(functions);
    expect(await troubles(engine)).toEqual([
      {
        ...{
          typename: "demo/worker",
          id: "1",
          kind: "retrying",
          code: "failed",
          attempts: 1,
          number,
        },
        reason: "not tried since the start",
        at: undefined,
        retryAt: expect.any(Number),
        waitsFor: undefined,
      },
    ]);
    await host.crash();
  });

  it("a message that is given up troubles no longer", async () => {
    failing.text = "no";
    const { functions, worker } = program();
    const engine = await host.start(functions);
    const number = await sendText(engine, worker.at("1"), "x");
    await eventually(async () => (await troubles(engine)).length === 1);
    await order(engine, {
      kind: "skip",
      address: { typename: "demo/worker", id: "1" },
      number,
    });
    expect(await troubles(engine)).toEqual([]);
    expect(engine.partition.mailboxes.troubled.size).toBe(0);
  });

  it("a function that is not bound", async () => {
    const { functions } = program();
    const forward = functions.bind("demo/forward", { accepts: string }, (context, text) => {
      context.send(address("demo/worke", context.self.id), string.of(text));
    });
    const engine = await host.start(functions);
    for (const id of ["1", "2"]) await sendText(engine, forward.at(id), "x");
    await engine.idle();
    const found = await troubles(engine);
    expect(found.map(({ kind, id, code, waitsFor, at }) => [kind, id, code, waitsFor, at])).toEqual(
      [
        ["unbound", "1", "unknown_function", "demo/worke", undefined],
        ["unbound", "2", "unknown_function", "demo/worke", undefined],
      ],
    );
    expect((await troubled(engine, "demo/worke")).length).toBe(2);
  });

  it("a state that cannot be read", async () => {
    const { functions } = program();
    const held = functions.bind(
      "demo/held",
      { accepts: string, state: { text: Strict }, retry: slowly },
      (context, text) => {
        if (text === "read") void context.state.text;
        else context.state.text = text;
      },
    );
    const engine = await host.start(functions);
    await sendText(engine, held.at("1"), "bad");
    await sendText(engine, held.at("1"), "read");
    await eventually(async () => (await troubles(engine)).length === 1);
    const [found] = await troubles(engine);
    expect(found).toMatchObject({ kind: "state", code: "state_undecodable", attempts: 0 });
    expect(found?.reason).toMatch(/unreadable.*messages wait until it can be read/);
  });

  it("an operator who has paused it, or its function, as long as something waits", async () => {
    const { functions, worker } = program();
    failing.text = undefined;
    const engine = await host.start(functions);
    await order(engine, { kind: "pause", typename: "demo/worker", id: "1" });
    expect(await troubles(engine)).toEqual([]);
    await sendText(engine, worker.at("1"), "x");
    const number = expect.any(Number);
    expect(await troubles(engine)).toEqual([
      {
        ...{
          typename: "demo/worker",
          id: "1",
          kind: "paused",
          code: "paused",
          attempts: 0,
          number,
        },
        reason: "operator has paused it: because",
        at: expect.any(Number),
        retryAt: undefined,
        waitsFor: undefined,
      },
    ]);
    const paused = () =>
      readsOf(engine).instances({ typename: "demo/worker", limit: 10, is: "paused" });
    expect((await paused()).instances.map(({ id, isPaused }) => [id, isPaused])).toEqual([
      ["1", true],
    ]);
    await order(engine, { kind: "pause", typename: "demo/worker" });
    await sendText(engine, worker.at("2"), "x");
    expect((await paused()).instances.map(({ id }) => id)).toEqual(["1", "2"]);
    expect((await troubles(engine)).map(({ id, waitsFor }) => [id, waitsFor])).toEqual([
      ["1", "demo/worker"],
      ["2", "demo/worker"],
    ]);
    await order(engine, { kind: "resume", typename: "demo/worker" });
    await order(engine, { kind: "resume", typename: "demo/worker", id: "1" });
    await engine.idle();
    expect(await troubles(engine)).toEqual([]);
  });

  it("a function that has all the running steps that it may have", async () => {
    const { functions } = program();
    const gate = createGate();
    const hanging = functions.bind("demo/hanging", { accepts: string }, () => gate.pass());
    const engine = await host.start(functions);
    const ids = Array.from({ length: 1_003 }, (_, n) => String(n));
    await Promise.all(ids.map((id) => sendText(engine, hanging.at(id), "x")));
    await eventually(async () => gate.arrivals === 1_000);
    const found = await troubles(engine);
    expect(found.map(({ kind, waitsFor }) => [kind, waitsFor])).toEqual(
      [1, 2, 3].map(() => ["busy", "demo/hanging"]),
    );
    gate.open();
    await engine.idle();
    expect(await troubles(engine)).toEqual([]);
  });

  it("shows the worst first, and no more than are asked for", async () => {
    failing.text = "no";
    const { functions, worker } = program();
    const engine = await host.start(functions);
    for (let n = 0; n < 20; n += 1) await sendText(engine, worker.at(String(n)), "x");
    await eventually(async () => (await troubles(engine)).length === 20);
    const first = { typename: "demo/worker", id: "13" };
    await order(engine, { kind: "retry", address: first });
    await eventually(async () => (await troubles(engine))[0]?.attempts === 2);
    const worst = await readsOf(engine).troubles(3);
    expect(worst.map(({ id }) => id)).toEqual(["13", "0", "1"]);
  });
});

describe("an endpoint that is down", () => {
  const host = hosted();

  it("is what its instances wait for, until it answers", async () => {
    let isDown = true;
    const server = await host.serve((_, response) => {
      if (isDown) response.writeHead(503).end();
      else answer(response);
    });
    const runtime = await host.start([far("far/fn", server.url, { timeoutMs: 1_000 })]);
    const at = (id: string) => address("far/fn", id);
    for (const id of ["1", "2", "3"]) await runtime.send(at(id), int.of(1));
    const listed = async () =>
      (await runtime.instances({ function: "far/fn" })).instances.map(({ trouble }) => trouble);
    await eventually(async () => (await listed()).every((trouble) => trouble?.kind === "endpoint"));
    const [one] = await listed();
    expect(one).toMatchObject({ code: "unavailable", waitsFor: "far/fn" });
    expect((await listed()).some((trouble) => trouble?.reason.includes("503"))).toBe(true);
    isDown = false;
    await eventually(async () => (await listed()).every((trouble) => trouble === undefined));
    await runtime.idle();
  });

  it.for(["far/fn", "far/*"])(
    "shows %s and no path of its URL, which may be a secret",
    async (name) => {
      const server = await host.serve((_, response) => void response.writeHead(503).end());
      const url = `${server.url}/s3cret/{function.name}?key=s3cret`;
      const runtime = await host.start([far(name, url)], {
        http: { authenticate: "none", expose: "all", admin: { authenticate: "none" } },
      });
      await runtime.send(address("far/fn", "1"), int.of(1));
      const answer = async (path: string) =>
        (await runtime.fetch(new Request(`http://localhost/admin/${path}`))).text();
      await eventually(async () => (await answer("troubles")).includes('"endpoint"'));
      expect(JSON.parse(await answer("troubles"))).toMatchObject({
        troubles: [{ waitsFor: name }],
      });
      const paths = ["instance?function=far/fn&id=1", "instances/far/fn", "endpoints", "errors"];
      for (const path of [...paths, "overview", "troubles"]) {
        expect(await answer(path)).not.toContain("s3cret");
      }
      for (const error of host.errors) expect(String(error)).not.toContain("s3cret");
    },
  );
});
