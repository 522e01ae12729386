import { DatabaseSync } from "node:sqlite";
import { int, StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import type { Action } from "../../../src/engine/contract/actions.ts";
import { digestOf } from "../../../src/engine/ingress/payload-digest.ts";
import { platformClock } from "../../../src/host/platform.ts";
import { rewrite } from "../../store/stored-rows.ts";
import { createGate } from "../support/gate.ts";
import {
  acting,
  actionStores,
  activity,
  eventually,
  order,
  sendText,
  stateOf,
  textValue,
} from "./support.ts";

const a = { typename: "test/note", id: "a" };

/** Says what it sees in its state, and writes what it is sent. */
function noting() {
  const control = {
    seen: [] as string[],
    gate: undefined as (() => Promise<void>) | undefined,
    fails: false,
  };
  const functions = new StatefulFunctions();
  const state = { note: string, count: int };
  functions.bind("test/note", { accepts: string, state }, async (context, text) => {
    control.seen.push(`${text}: ${context.state.note} ${context.state.count}`);
    if (control.fails) throw new Error("not now");
    if (control.gate !== undefined) await control.gate();
    context.state.count = (context.state.count ?? 0) + 1;
    if (text.startsWith("=")) context.state.note = text.slice(1);
    if (text === "later") context.sendAfter(60_000, context.self, string.of("timer"));
  });
  const lasting = { type: string, expireAfterWriteMs: 60_000 } as const;
  functions.bind("test/lasting", { accepts: string, state: { note: lasting } }, (context, text) => {
    context.state.note = text;
  });
  return { functions, control };
}

const set = (text: string, ifMatch = "", address = a): Action => ({
  kind: "set-state",
  address,
  name: "note",
  value: textValue(text),
  ifMatch,
});

describe.each(actionStores)("a state that an operator edits, on %s,", (kind) => {
  const host = acting(kind);

  it("is seen by the messages after it, in memory, after a restart and after a crash", async () => {
    const { functions, control } = noting();
    let engine = await host.start(functions);
    await sendText(engine, a, "=own");
    await engine.idle();
    const { digest } = stateOf(engine, a, "note");
    await order(engine, set("edited", digest));
    await sendText(engine, a, "1");
    await engine.idle();
    expect(control.seen).toEqual(["=own: undefined undefined", "1: edited 1"]);
    await host.crash();
    engine = await host.start(functions);
    const before = stateOf(engine, a, "note");
    expect(before.text).toBe("edited");
    await order(engine, { kind: "clear-state", address: a, name: "note", ifMatch: before.digest });
    await sendText(engine, a, "2");
    await engine.idle();
    expect(control.seen.at(-1)).toBe("2: undefined 2");
    engine = await host.start(functions);
    expect(stateOf(engine, a, "note").text).toBeUndefined();
    expect(stateOf(engine, a, "count").text).toBeDefined();
  });

  it("is refused if it is another one than the operator saw, which the text says", async () => {
    const { functions } = noting();
    const engine = await host.start(functions);
    await order(engine, set("one"));
    const { digest } = stateOf(engine, a, "note");
    for (const action of [
      set("two"),
      set("two", "wrong"),
      { kind: "clear-state", address: a, name: "note", ifMatch: "" } as const,
    ]) {
      await expect(order(engine, action)).rejects.toMatchObject({
        code: "conflict",
        message: expect.stringContaining(JSON.stringify(digest)),
      });
    }
    expect(stateOf(engine, a, "note").text).toBe("one");
    expect(activity(engine)).toHaveLength(1);
  });

  it("waits for the end of the step that runs, and is seen by the next message of the mailbox", async () => {
    const { functions, control } = noting();
    const engine = await host.start(functions);
    const gate = createGate();
    control.gate = gate.pass;
    await sendText(engine, a, "1");
    await eventually(() => gate.arrivals === 1);
    await sendText(engine, a, "2");
    let isDone = false;
    const edited = order(engine, set("edited")).then(() => {
      isDone = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(isDone).toBe(false);
    gate.open();
    await edited;
    await engine.idle();
    expect(control.seen).toEqual(["1: undefined undefined", "2: edited 1"]);
  });

  it("looks again at the end of the step: what that wrote is not overwritten blindly", async () => {
    const { functions, control } = noting();
    const engine = await host.start(functions);
    const gate = createGate();
    control.gate = gate.pass;
    await sendText(engine, a, "=own");
    await eventually(() => gate.arrivals === 1);
    const edited = order(engine, set("edited"));
    gate.open();
    await expect(edited).rejects.toMatchObject({ code: "conflict" });
    expect(stateOf(engine, a, "note").text).toBe("own");
  });

  it("is `busy` if the step does not end, and nothing comes of it later", async () => {
    const { functions, control } = noting();
    const clock = {
      now: () => platformClock.now(),
      monotonic: () => platformClock.monotonic(),
      after: (ms: number, run: () => void) => platformClock.after(ms === 10_000 ? 20 : ms, run),
    };
    const engine = await host.start(functions, {}, { clock });
    const gate = createGate();
    control.gate = gate.pass;
    await sendText(engine, a, "1");
    await eventually(() => gate.arrivals === 1);
    await expect(order(engine, set("edited"), "k")).rejects.toMatchObject({ code: "busy" });
    gate.open();
    await engine.idle();
    expect(stateOf(engine, a, "note").text).toBeUndefined();
    expect(await order(engine, set("edited"), "k")).toEqual({ count: 1, isDuplicate: false });
  });

  it("is rejected if the engine closes while it waits", async () => {
    const { functions, control } = noting();
    const engine = await host.start(functions);
    const gate = createGate();
    control.gate = gate.pass;
    await sendText(engine, a, "1");
    await eventually(() => gate.arrivals === 1);
    const edited = order(engine, set("edited"));
    edited.catch(() => {});
    await Promise.all([
      engine.close(10),
      expect(edited).rejects.toMatchObject({ code: "draining" }),
    ]);
  });

  it("lets an instance go on whose messages fail by it, while its head waits for the next try", async () => {
    const { functions, control } = noting();
    const retry = { maxAttempts: 9, initialDelayMs: 60_000, maxDelayMs: 60_000 };
    const engine = await host.start(functions, { retry });
    control.fails = true;
    await sendText(engine, a, "1");
    await eventually(() => host.errors.length === 1);
    await order(engine, set("mended"));
    control.fails = false;
    expect(await order(engine, { kind: "retry", address: a })).toMatchObject({ count: 1 });
    await engine.idle();
    expect(control.seen).toEqual(["1: undefined undefined", "1: mended undefined"]);
  });

  it("expires as if the function had written it", async () => {
    const { functions } = noting();
    let offset = 0;
    const clock = {
      now: () => platformClock.now() + offset,
      monotonic: () => platformClock.monotonic() + offset,
      after: platformClock.after,
    };
    const engine = await host.start(functions, {}, { clock });
    const lasting = { typename: "test/lasting", id: "a" };
    await order(engine, set("one", "", lasting));
    offset = 59_000;
    expect(stateOf(engine, lasting, "note").text).toBe("one");
    offset = 61_000;
    expect(stateOf(engine, lasting, "note").text).toBeUndefined();
    // What has expired is no value to match.
    await order(engine, set("two", "", lasting));
    expect(stateOf(engine, lasting, "note").text).toBe("two");
  });

  it("is one that the function has", async () => {
    const { functions } = noting();
    const engine = await host.start(functions);
    for (const action of [
      { ...set("x"), name: "notes" } as Action,
      set("x", "", { typename: "test/unbound", id: "a" }),
    ]) {
      await expect(order(engine, action)).rejects.toMatchObject({ code: "undeclared_state" });
    }
  });
});

describe.each(actionStores)("an instance that an operator deletes, on %s,", (kind) => {
  const host = acting(kind);

  it("has no state, keeps its messages and its keys, and its timers unless they are meant", async () => {
    const { functions, control } = noting();
    let engine = await host.start(functions);
    const arrival = { target: a, argument: textValue("=x"), idempotencyKey: "k", delayMs: 0 };
    await engine.send(arrival);
    await sendText(engine, a, "later");
    await sendText(engine, a, "from outside", 60_000);
    await engine.idle();
    await order(engine, { kind: "pause", ...a });
    await sendText(engine, a, "waits");
    const del = { kind: "delete-instance", address: a, withTimers: false } as const;
    expect(await order(engine, del)).toMatchObject({ count: 2 });
    expect(await order(engine, del)).toMatchObject({ count: 0 });
    await host.crash();
    engine = await host.start(functions);
    expect(stateOf(engine, a, "count").text).toBeUndefined();
    expect(await engine.send(arrival)).toMatchObject({ isDuplicate: true });
    await order(engine, { kind: "resume", ...a });
    await engine.idle();
    expect(control.seen.at(-1)).toBe("waits: undefined undefined");
    const all = { ...del, withTimers: true };
    // A state, and two timers.
    expect(await order(engine, all)).toMatchObject({ count: 3 });
    expect(engine.partition.options.store.nextDue()).toBeUndefined();
  });

  it("takes back a timer that is set in the same window, and none of others", async () => {
    const { functions } = noting();
    const engine = await host.start(functions);
    const b = { ...a, id: "b" };
    await sendText(engine, b, "stays", 60_000);
    const sent = sendText(engine, a, "goes", 60_000);
    const deleted = order(engine, { kind: "delete-instance", address: a, withTimers: true });
    await Promise.all([sent, deleted]);
    expect(await deleted).toMatchObject({ count: 1 });
    const { store } = engine.partition.options;
    expect(store.dueTimers(Number.MAX_SAFE_INTEGER, 9).map(({ target }) => target.id)).toEqual([
      "b",
    ]);
  });
});

describe.each(["sqlite", "object"] as const)("a state that cannot be read, on %s,", (kind) => {
  const host = acting(kind);

  /** Leaves an instance with two states, of which `note` is damaged. */
  async function damaged(how: "value" | "half") {
    const { functions, control } = noting();
    const engine = await host.start(functions);
    await sendText(engine, a, "=own");
    await engine.idle();
    await engine.close(100);
    if (kind === "object") {
      rewrite(host.path, (row) => {
        const isNote = new TextDecoder().decode(row.key).endsWith("note");
        return isNote ? Uint8Array.of(255, 255) : row.data;
      });
    } else {
      const database = new DatabaseSync(host.path);
      const which =
        "(SELECT cell FROM cells JOIN types ON type = cells.name WHERE types.typename = 'note')";
      database.exec(
        how === "half"
          ? `DELETE FROM states WHERE cell IN ${which}`
          : `UPDATE states SET type = 'x' WHERE cell IN ${which}`,
      );
      database.close();
    }
    return { control, engine: await host.start(functions) };
  }

  it.each(["value", "half"] as const)("can be replaced, and cleared (%s)", async (how) => {
    const { engine, control } = await damaged(how);
    await sendText(engine, a, "1");
    await eventually(() => host.errors.length > 0);
    expect(control.seen).toHaveLength(1);
    await expect(order(engine, set("new"))).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("unreadable"),
    });
    await order(engine, set("new", "unreadable"));
    await order(engine, { kind: "retry", address: a });
    await eventually(() => control.seen.length === 2);
    expect(control.seen.at(-1)).toBe("1: new 1");
  });

  it("can be replaced twice in one window, cleared, and deleted with its instance", async () => {
    const { engine, control } = await damaged("value");
    const first = order(engine, set("one", "unreadable"));
    const digest = digestOf(textValue("one"));
    await Promise.all([first, order(engine, set("two", digest))]);
    expect(stateOf(engine, a, "note").text).toBe("two");
    await sendText(engine, a, "1");
    await engine.idle();
    expect(control.seen.at(-1)).toBe("1: two 1");
  });

  it("goes with its instance, and the others with it", async () => {
    const { engine, control } = await damaged("half");
    const del = { kind: "delete-instance", address: a, withTimers: false } as const;
    expect(await order(engine, del)).toMatchObject({ count: 2 });
    await sendText(engine, a, "1");
    await engine.idle();
    expect(control.seen.at(-1)).toBe("1: undefined undefined");
  });

  it("can be cleared", async () => {
    const { engine, control } = await damaged("value");
    await order(engine, { kind: "clear-state", address: a, name: "note", ifMatch: "unreadable" });
    await sendText(engine, a, "1");
    await engine.idle();
    expect(control.seen.at(-1)).toBe("1: undefined 1");
  });
});
