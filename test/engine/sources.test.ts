import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineModule, int, StateFunError, StatefulFunctions } from "statefun";
import { memoryStore } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/contract/engine.ts";
import type { IngressHost, StartableIngress } from "../../src/engine/contract/ingress-host.ts";
import type { SourceMessage } from "../../src/engine/contract/source-batch.ts";
import type { Store } from "../../src/engine/contract/store.ts";
import { createEngine } from "../../src/engine/create-engine.ts";
import { inspect } from "../../src/host/inspect.ts";
import { engineStoreOf } from "../../src/store/store-handle.ts";
import { withCrashPoints } from "../../src/testing/crash-points.ts";
import { bytesBy } from "../../src/testing/random.ts";
import { VirtualClock } from "../../src/testing/virtual-clock.ts";
import { createGate } from "./support/gate.ts";
import { refusal } from "./support/refusal.ts";
import { hosted, stores } from "./support/stores.ts";

/** An ingress that a test feeds by hand. */
function byHand() {
  const seen: { host?: IngressHost; stops: number; drainMs?: number } = { stops: 0 };
  const start: StartableIngress["start"] = (host) => {
    seen.host = host;
    return {
      async stop(drainMs) {
        seen.stops++;
        seen.drainMs = drainMs;
      },
      health: () => ({ typename: "test/hand", status: "running", troubles: [], sources: [] }),
    };
  };
  const ingress = { typename: "test/hand", "~ingress": { start } };
  const module = defineModule({ name: "hand", ingresses: [ingress] });
  return {
    module,
    seen,
    get host(): IngressHost {
      if (seen.host === undefined) throw new Error("it was not started");
      return seen.host;
    },
  };
}

function adding() {
  const gate = createGate();
  const functions = new StatefulFunctions();
  const options = { accepts: int, state: { total: { type: int, initial: 0 } } };
  const ref = functions.bind("test/adding", options, async (context, amount) => {
    await gate.pass();
    context.state.total += amount;
  });
  const to = (id: string, amount: number): SourceMessage => ({
    target: { typename: ref.typename, id },
    argument: { typename: int.typename, bytes: int.encode(amount), headers: [] },
  });
  return { functions, ref, gate, to };
}

const stored = (host: IngressHost, source: string, position: string, messages: SourceMessage[]) =>
  new Promise<void>((resolve, reject) => {
    host.ingest({ source, position, messages }, (error) =>
      error === undefined ? resolve() : reject(error),
    );
  });

describe.each(stores)("a source on $name", (store) => {
  const host = hosted(store);

  it("goes on after a restart behind what came in", async () => {
    const { functions, ref, gate, to } = adding();
    gate.open();
    const first = byHand();
    await host.start([functions, first.module as never]);
    expect(first.host.position("s")).toBeUndefined();
    await stored(first.host, "s", "2", [to("1", 1), to("2", 10)]);
    await stored(first.host, "s", "3", []);
    expect(first.host.position("s")).toBe("3");
    expect(first.host.position("other")).toBeUndefined();
    const second = byHand();
    const runtime = await host.start([functions, second.module as never]);
    expect(first.seen).toMatchObject({ stops: 1, drainMs: 10_000 });
    expect(second.host.position("s")).toBe("3");
    await runtime.idle();
    expect((await runtime.instance(ref.at("1"))).state.total).toBe(1);
    expect((await runtime.instance(ref.at("2"))).state.total).toBe(10);
  });

  it("is refused as a whole where one mailbox has no room, and comes in when there is", async () => {
    const { functions, ref, gate, to } = adding();
    const hand = byHand();
    const runtime = await host.start([functions, hand.module as never], {
      limits: { maxMailbox: 3 },
    });
    await stored(hand.host, "s", "1", [to("1", 1), to("1", 1)]);
    const batch = { source: "s", position: "4", messages: [to("2", 5), to("1", 1), to("1", 1)] };
    const refused = await refusal(() => hand.host.ingest(batch, () => {}));
    expect(refused).toEqual({
      code: "mailbox_full",
      text: 'the mailbox of test/adding "1" holds 2 messages, so another batch does not fit into maxMailbox (3)',
    });
    expect(hand.host.position("s")).toBe("1");
    expect((await runtime.instance(ref.at("2"))).mailbox).toHaveLength(0);
    gate.open();
    await runtime.idle();
    await stored(hand.host, "s", "4", batch.messages);
    await runtime.idle();
    expect((await runtime.instance(ref.at("1"))).state.total).toBe(4);
    expect((await runtime.instance(ref.at("2"))).state.total).toBe(5);
  });

  it("gives an empty mailbox what is more than it may hold: it would be refused for ever", async () => {
    const { functions, ref, gate, to } = adding();
    gate.open();
    const hand = byHand();
    const runtime = await host.start([functions, hand.module as never], {
      limits: { maxMailbox: 2 },
    });
    await stored(
      hand.host,
      "s",
      "1",
      Array.from({ length: 5 }, () => to("1", 1)),
    );
    await runtime.idle();
    expect((await runtime.instance(ref.at("1"))).state.total).toBe(5);
  });

  it("keeps what is for a function that nobody has bound, until somebody has", async () => {
    const { functions, ref, gate, to } = adding();
    gate.open();
    const hand = byHand();
    const without = await host.start([hand.module as never]);
    await stored(hand.host, "s", "1", [to("1", 7)]);
    const answer = await without.fetch(new Request("http://localhost/health"));
    expect(await answer.json()).toMatchObject({
      status: "ok",
    });
    const runtime = await host.start([functions]);
    await runtime.idle();
    expect((await runtime.instance(ref.at("1"))).state.total).toBe(7);
  });

  it("gives functions that nobody has bound maxMailbox messages together, which count nowhere else", async () => {
    const { functions, gate, to } = adding();
    gate.open();
    const hand = byHand();
    const runtime = await host.start([functions, hand.module as never], {
      limits: { maxMailbox: 3 },
    });
    const lost = (name: string, id: string): SourceMessage => ({
      ...to(id, 1),
      target: { typename: `test/${name}`, id },
    });
    await stored(hand.host, "s", "1", [
      lost("nobody", "1"),
      lost("noone", "2"),
      lost("noone", "3"),
    ]);
    const batch = { source: "s", position: "2", messages: [to("1", 1), lost("nobody", "4")] };
    expect(await refusal(() => hand.host.ingest(batch, () => {}))).toEqual({
      code: "mailbox_full",
      text: "3 messages wait for functions that are not bound or are paused, like test/nobody: maxMailbox is 3",
    });
    expect(hand.host.position("s")).toBe("1");
    expect(hand.host.pending()).toBe(0);
    await stored(hand.host, "other", "1", [to("1", 1)]);
    await runtime.idle();
  });

  it("hears that the runtime is closing", async () => {
    const { functions, to } = adding();
    const hand = byHand();
    const runtime = await host.start([functions, hand.module as never]);
    await runtime.close({ drainMs: 0 });
    const late = { source: "s", position: "1", messages: [to("1", 1)] };
    expect(await refusal(() => hand.host.ingest(late, () => {}))).toMatchObject({
      code: "draining",
    });
    expect(await refusal(() => hand.host.position("s"))).toMatchObject({ code: "draining" });
  });
});

const target = { typename: "test/nobody", id: "1" };
const argument = { typename: "test/number", bytes: undefined, headers: [] };

/** One life of an engine, which ends like a process at the boundary of this number. */
async function life(store: Store, crashAt: number): Promise<Engine | undefined> {
  let boundaries = 0;
  let kill: ((error: StateFunError) => void) | undefined;
  const crashes = (where: string): boolean => {
    if (++boundaries < crashAt) return false;
    kill?.(new StateFunError("unavailable", `crashed ${where}`));
    return true;
  };
  const starting = createEngine({
    store: withCrashPoints(store, crashes),
    name: "",
    placement: () => "",
    isPartition: () => true,
    // Nobody handles them: what came in stays to be counted.
    functions: () => ({ get: () => undefined }),
    egresses: { get: () => undefined, keys: () => [] },
    clock: new VirtualClock(0, () => {}),
    random: () => 0.5,
    randomBytes: bytesBy(() => 0.5),
    defer: (run) => void setImmediate(run),
    longestWaitMs: 60_000,
    timeoutMs: 1_000,
    maxMailbox: 100,
    maxPendingBytes: 536_870_912,
    isEvictable: false,
    maxCrashes: 8,
    idempotencyRetentionMs: 1_000,
    tokenScope: "address",
    onError: () => {},
    onOpen: (_, stop) => {
      kill = stop;
    },
  });
  return starting.catch(() => undefined);
}

/** Ingests on, in batches of three; false once it has crashed. */
async function ingested(engine: Engine, from: number, to: number): Promise<boolean> {
  for (let next = from + 3; next <= to; next += 3) {
    const messages = Array.from({ length: 3 }, () => ({ target, argument }));
    const isStored = await new Promise<boolean>((resolve) => {
      try {
        const done = (error?: StateFunError): void => resolve(error === undefined);
        engine.ingest({ source: "s", position: String(next), messages }, done);
      } catch {
        resolve(false);
      }
    });
    if (!isStored) return false;
  }
  return true;
}

describe.each(stores)("a crash at any boundary on $name", ({ isFile }) => {
  it("leaves the position of a source and what came of it, or neither", async () => {
    const folder = mkdtempSync(join(tmpdir(), "statefun-sources-"));
    const handle = isFile ? sqliteStore(join(folder, "store.db")) : memoryStore();
    const reached = new Set<number>();
    for (let crashAt = 1, isDone = false; !isDone; crashAt++) {
      const engine = await life(engineStoreOf(handle), crashAt);
      if (engine === undefined) continue;
      const position = Number(engine.position("s") ?? 0);
      reached.add(position);
      expect(inspect(engine, target).mailbox).toHaveLength(position);
      isDone = await ingested(engine, position, 90);
      await engine.close(0);
    }
    expect(reached.size).toBeGreaterThan(5);
    rmSync(folder, { recursive: true });
  });
});
