import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientOf } from "../../durable-object/support/client.ts";
import { type Objects, startObjects } from "../../durable-object/support/objects.ts";
import type { Heard } from "../support/collecting.ts";
import { ways } from "../support/shop.ts";

describe.each(ways)("an observer of Durable Objects with $way handlers", ({ way }) => {
  let objects: Objects;
  beforeAll(async () => {
    objects = await startObjects(join(import.meta.dirname, "worker.ts"), { HANDLERS: way });
  });
  afterAll(() => objects.close());
  const { control, post, send } = clientOf(() => objects);

  /** The events of a hook that are about this id, without their engine, which is always the same. */
  async function heard(hook: Heard["hook"], id: string): Promise<object[]> {
    const all = await control<Heard[]>("heard");
    return all
      .filter((one) => one.hook === hook && JSON.stringify(one.event).includes(`"id":"${id}"`))
      .map(({ event }) => {
        const { engine, ...rest } = event as { engine?: string };
        expect(engine).toBe("durable-object");
        return rest;
      });
  }

  const address = (id: string) => ({ typename: "seen/shop", id });
  const text = "io.statefun.types/string";
  const accepted = { messageTypename: text, delayMs: 0, isDuplicate: false };

  it("hears of a message from outside, and at its receiver of one over a link", async () => {
    await send("seen/shop/link-from", "tell link-to");
    await expect.poll(() => heard("accepted", "link-to")).toHaveLength(1);
    expect(await heard("accepted", "link-from")).toEqual([
      { ...accepted, address: address("link-from"), kind: "send" },
    ]);
    expect(await heard("accepted", "link-to")).toEqual([
      { ...accepted, address: address("link-to"), kind: "link" },
    ]);
  });

  it("hears of calls, and of keys that came before", async () => {
    const again = { "idempotency-key": "a" };
    await (await post("seen/shop/keys", "answer", { prefer: "wait=5" })).arrayBuffer();
    for (const _ of "12") await (await post("seen/shop/keys", "add", again)).arrayBuffer();
    expect((await post("seen/shop/keys", "other", again)).status).toBe(409);
    const one = { ...accepted, address: address("keys") };
    expect(await heard("accepted", "keys")).toEqual([
      { ...one, kind: "call" },
      { ...one, kind: "send" },
      { ...one, kind: "send", isDuplicate: true },
    ]);
    expect(await heard("refused", "keys")).toEqual([
      { address: address("keys"), messageTypename: text, code: "idempotency_conflict" },
    ]);
  });

  it("hears of a dead letter where its message was, once", async () => {
    await send("seen/shop/dead", "fail");
    await expect.poll(() => heard("dead", "dead")).toHaveLength(1);
    // It has come to the object of the dead letters, where it is no other one.
    const count = async () => {
      const response = await fetch(`${objects.url()}/health`);
      return Object(await response.json()).deadLetters;
    };
    await expect.poll(count).toBe(1);
    expect(await heard("dead", "dead")).toEqual([
      {
        ...{ address: address("dead"), messageTypename: text, code: "non_retryable" },
        ...{ reason: "it was told to", attempts: 1 },
      },
    ]);
  });

  it("hears of timers", async () => {
    await send("seen/shop/timer", "later a");
    await send("seen/shop/timer", "tomorrow b");
    await send("seen/shop/timer", "cancel b");
    await expect
      .poll(async () => (await heard("timer", "timer")).map((event) => Object(event).kind).sort(), {
        timeout: 60_000,
      })
      .toEqual(["cancelled", "fired", "set", "set"]);
  });

  it("hears of a record where it was emitted, and of its way to the object that keeps it", async () => {
    await send("seen/shop/emits", "emit hello");
    await expect.poll(() => heard("emitted", "emits")).toHaveLength(1);
    expect(await heard("emitted", "emits")).toEqual([
      { from: address("emits"), egress: "seen/receipts", bytes: 7 },
    ]);
    const kept = async () => {
      const all = await control<Heard[]>("heard");
      const links = all.filter(({ hook, event }) => {
        return hook === "accepted" && Object(event).address.typename === "statefun/egress";
      });
      return links.map(({ event }) => ({ kind: Object(event).kind, id: Object(event).address.id }));
    };
    await expect.poll(kept).toEqual([{ kind: "link", id: "seen/receipts" }]);
  });

  it("hears of windows", async () => {
    const all = await control<Heard[]>("heard");
    const windows = all.filter(({ hook }) => hook === "committed").map(({ event }) => event);
    expect(windows.length).toBeGreaterThan(3);
    for (const window of windows) {
      expect(window).toMatchObject({ engine: "durable-object" });
      expect(Object(window).rows).toBeGreaterThan(0);
    }
  });

  it("does not hear that an object has started: none knows of the others", async () => {
    const hooks = (await control<Heard[]>("heard")).map(({ hook }) => hook);
    expect(hooks).toContain("committed");
    expect(hooks).not.toContain("started");
  });

  it("that fails is reported once for each hook, in all objects together", async () => {
    const errors = await control<string[]>("errors");
    const own = errors.filter((error) => error.includes("fails at"));
    expect(own.toSorted()).toEqual([...new Set(own)].toSorted());
    expect(own).toContain("Error: fails at accepted");
  });

  it("is refused with a misspelt hook, also by the client of another Worker", async () => {
    const refusals = await control<string[]>("refusals");
    expect(refusals).toHaveLength(2);
    for (const text of refusals) expect(text).toContain("did you mean accepted?");
  });
});
