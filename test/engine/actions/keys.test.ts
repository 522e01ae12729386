import { describe, expect, it } from "vitest";
import type { Action } from "../../../src/engine/contract/actions.ts";
import type { Engine } from "../../../src/engine/contract/engine.ts";
import {
  acting,
  actionStores,
  activity,
  noting,
  order,
  sendText,
  stateOf,
  textValue,
} from "./support.ts";

const a = { typename: "test/note", id: "a" };

const set = (text: string, ifMatch = ""): Action => ({
  kind: "set-state",
  address: a,
  name: "note",
  value: textValue(text),
  ifMatch,
});

describe.each(actionStores)("the key of an action, on %s,", (kind) => {
  const host = acting(kind);

  it("gives the result of the first time, over restarts and crashes", async () => {
    const functions = noting();
    let engine = await host.start(functions);
    const first = await order(engine, set("one"), "k");
    expect(first).toEqual({ count: 1, isDuplicate: false });
    for (const isCrash of [false, true]) {
      if (isCrash) await host.crash();
      engine = await host.start(functions);
      expect(await order(engine, set("one"), "k")).toEqual({ count: 1, isDuplicate: true });
    }
    expect(stateOf(engine, a, "note").text).toBe("one");
    expect(activity(engine)).toHaveLength(1);
  });

  it("is refused where it is the engine's own: under such keys it stores how far an import has come", async () => {
    const engine = await host.start(noting());
    for (const key of ["statefun/", `statefun/import/${"0".repeat(64)}`, "statefun/admin k"]) {
      await expect(order(engine, set("one"), key)).rejects.toMatchObject({
        code: "invalid_argument",
        message: expect.stringContaining("must not begin with statefun/"),
      });
    }
    expect(activity(engine)).toHaveLength(0);
  });

  it("is refused for another action, in whatever it differs", async () => {
    const engine = await host.start(noting());
    await order(engine, set("one"), "k");
    const { digest } = stateOf(engine, a, "note");
    const others: Action[] = [
      set("two"),
      set("one", digest),
      { ...set("one"), name: "other" } as Action,
      { kind: "clear-state", address: a, name: "note", ifMatch: digest },
      { kind: "pause", ...a },
    ];
    for (const other of others) {
      await expect(order(engine, other, "k")).rejects.toMatchObject({
        code: "idempotency_conflict",
      });
    }
    const sameInOtherOrder = Object.fromEntries(Object.entries(set("one")).reverse());
    expect(await order(engine, sameInOtherOrder as unknown as Action, "k")).toMatchObject({
      isDuplicate: true,
    });
  });

  it("does it once, however many come together", async () => {
    const engine = await host.start(noting());
    const results = await Promise.all(
      Array.from({ length: 20 }, () => order(engine, set("one"), "k")),
    );
    expect(results.filter(({ isDuplicate }) => !isDuplicate)).toHaveLength(1);
    expect(activity(engine)).toHaveLength(1);
  });

  it("is not used by what was refused, nor by a dry run", async () => {
    const engine = await host.start(noting());
    await expect(order(engine, set("one", "no such"), "k")).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("there is no value"),
    });
    const page = { filter: {}, after: 0, upTo: 1e9, limit: 10 } as const;
    await order(engine, { kind: "discard-all", ...page, isDryRun: true }, "k");
    expect(await order(engine, set("one"), "k")).toEqual({ count: 1, isDuplicate: false });
    expect(activity(engine)).toHaveLength(1);
  });

  it("has nothing to do with the keys of messages", async () => {
    const engine = await host.start(noting());
    await order(engine, set("one"), "k");
    const argument = textValue("sent");
    const arrival = { target: a, argument, idempotencyKey: "k", delayMs: 0 };
    expect(await engine.send(arrival)).toMatchObject({ isDuplicate: false });
    await engine.idle();
    expect(stateOf(engine, a, "note").text).toBe("sent");
  });
});

describe.each(actionStores)("the record of an action, on %s,", (kind) => {
  const host = acting(kind);

  it("says who did what, when and why, with digests and no values", async () => {
    const engine = await host.start(noting());
    await order(engine, set("secret"));
    const { digest } = stateOf(engine, a, "note");
    await order(engine, { kind: "clear-state", address: a, name: "note", ifMatch: digest });
    const [first, second] = activity(engine);
    expect(first).toEqual({
      atMs: expect.any(Number),
      who: "operator",
      why: "because",
      action: "set-state",
      address: a,
      name: "note",
      ifMatch: "",
      digest,
      result: { count: 1 },
    });
    expect(JSON.stringify(first)).not.toContain("secret");
    expect(second).toMatchObject({ action: "clear-state", ifMatch: digest, result: { count: 1 } });
    expect(engine.now() - Number(first?.["atMs"])).toBeLessThan(10_000);
    expect([...engine.keptEgresses()]).toEqual([]);
  });

  it("is not written of what had no effect", async () => {
    const engine = await host.start(noting());
    await order(engine, { kind: "resume", ...a });
    await order(engine, { kind: "retry", address: a });
    await order(engine, { kind: "clear-state", address: a, name: "note", ifMatch: "" });
    expect(activity(engine)).toEqual([]);
  });
});

describe("an order", () => {
  const host = acting("memory");

  const wrong: readonly (readonly [string, unknown])[] = [
    ["no object", undefined],
    ["no key", { action: { kind: "retry", address: a }, who: "x" }],
    ["an empty key", { action: { kind: "retry", address: a }, who: "x", key: "" }],
    ["nobody", { action: { kind: "retry", address: a }, key: "k" }],
    [
      "a long reason",
      { action: { kind: "retry", address: a }, key: "k", who: "x", why: "y".repeat(5_000) },
    ],
    ["no action", { key: "k", who: "x" }],
    ["an unknown action", { action: { kind: "explode" }, key: "k", who: "x" }],
    ["an inherited action", { action: { kind: "toString" }, key: "k", who: "x" }],
    ["no address", { action: { kind: "skip", number: 1 }, key: "k", who: "x" }],
    [
      "an address of the engine",
      { action: { kind: "pause", typename: "statefun/egress" }, key: "k", who: "x" },
    ],
    ["a negative number", { action: { kind: "replay", number: -1 }, key: "k", who: "x" }],
    [
      "half a character",
      { action: { kind: "pause", typename: "a/b", id: "\ud800" }, key: "k", who: "x" },
    ],
    [
      "no value",
      { action: { kind: "set-state", address: a, name: "n", ifMatch: "" }, key: "k", who: "x" },
    ],
    [
      "an endless page",
      {
        action: { kind: "replay-all", filter: {}, after: 0, upTo: 9, limit: 1e9, isDryRun: false },
        key: "k",
        who: "x",
      },
    ],
  ];

  it.each(wrong)("with %s is refused, and nothing happens", async (_, it) => {
    const engine = await host.start(noting());
    await expect(engine.act(it as never)).rejects.toMatchObject({ code: "invalid_argument" });
    expect(activity(engine)).toEqual([]);
  });

  it("is refused while the engine closes, and after", async () => {
    const engine = await host.start(noting());
    await sendText(engine, a, "x");
    engine.drain();
    await expect(order(engine, set("one"))).rejects.toMatchObject({ code: "draining" });
    await (engine as Engine).close(0);
    await expect(order(engine, set("one"))).rejects.toMatchObject({ code: "draining" });
  });
});
