import { StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import { listInstances } from "../../../src/engine/views/instance-list.ts";
import { troubledOf } from "../../../src/engine/views/standstill.ts";
import { listTroubles } from "../../../src/engine/views/trouble-list.ts";
import { createGate } from "../support/gate.ts";
import { acting, eventually, order, sendText } from "./support.ts";

/** Steps of one function that may wait at the same time. */
const share = 1_000;

const echo = (id: string) => ({ typename: "test/echo", id });

/** A function all of whose places are taken by handlers that wait, and others of it that are held. */
async function crowded(host: ReturnType<typeof acting>, held: number) {
  const gates = new Map<string, ReturnType<typeof createGate>>();
  const done: string[] = [];
  const functions = new StatefulFunctions();
  functions.bind("test/echo", { accepts: string }, async (_, text) => {
    const gate = gates.get(text);
    await (gate === undefined ? new Promise((resolve) => setTimeout(resolve, 1)) : gate.pass());
    done.push(text);
  });
  const engine = await host.start(functions);
  const gate = createGate();
  gates.set("first", gate);
  gates.set("opener", createGate());
  const ids = Array.from({ length: held }, (_, index) => `held ${index}`);
  const first = Array.from({ length: share }, (_, index) => `first ${index}`);
  const textOf = (index: number) => (index === 0 ? "opener" : "first");
  await Promise.all(first.map((id, index) => sendText(engine, echo(id), textOf(index))));
  await eventually(() => gate.arrivals === share - 1);
  await Promise.all(ids.map((id) => sendText(engine, echo(id), id)));
  await eventually(() => (engine.partition.runner.busy[0]?.waiting ?? 0) === held);
  const skip = (id: string) => {
    const head = engine.partition.mailboxes.find(echo(id))?.mailbox.at(0);
    return order(engine, { kind: "skip", address: echo(id), number: head?.number ?? -1 });
  };
  const openAll = () => {
    for (const one of [gate, gates.get("opener")]) one?.open();
  };
  return { engine, gates, openAll, done, ids, skip };
}

describe("an instance that is held for others of its function", () => {
  const host = acting("memory");

  it("keeps no place once its only message was skipped", async () => {
    const { engine, openAll, done, ids, skip } = await crowded(host, share);
    for (const id of ids) await skip(id);
    openAll();
    await eventually(() => done.length === share);
    await Promise.all(ids.map((id) => sendText(engine, echo(`${id} later`), id)));
    await eventually(() => done.length === 2 * share);
    await engine.idle();
    expect(engine.partition.runner.busy).toEqual([]);
  });

  it("runs once, with what comes after the message that was skipped", async () => {
    const { engine, openAll, done, ids, skip } = await crowded(host, 2);
    const [id = ""] = ids;
    await skip(id);
    await sendText(engine, echo(id), "later");
    openAll();
    await engine.idle();
    expect(done.slice(share).sort()).toEqual(["held 1", "later"]);
  });

  it("gives its place to the next one when it is skipped, paused or deleted before it starts", async () => {
    const { engine, gates, openAll, done, ids, skip } = await crowded(host, 4);
    const [skipped = "", paused = "", deleted = "", last = ""] = ids;
    await skip(skipped);
    await order(engine, { kind: "pause", ...echo(paused) });
    await order(engine, { kind: "delete-instance", address: echo(deleted), withTimers: true });
    // What has the place of those from now on hangs.
    const hanging = createGate();
    gates.set(deleted, hanging);
    openAll();
    await eventually(() => done.includes(last));
    expect(hanging.arrivals).toBe(1);
    hanging.open();
    await order(engine, { kind: "resume", ...echo(paused) });
    await engine.idle();
    expect(done.slice(share).sort()).toEqual([paused, deleted, last].sort());
  });

  it("has the place of one that is paused while a restart has it wait for a suspect", async () => {
    const { engine, done, ids, gates, openAll } = await crowded(host, 2);
    const [given = "", waits = ""] = ids;
    const { recovery } = engine.partition;
    const admits = recovery.admits.bind(recovery);
    let tries = 0;
    recovery.admits = (instance, ...rest) => {
      if (instance.address.id !== given) return admits(instance, ...rest);
      tries++;
      return false;
    };
    // Of all the steps one ends.
    gates.get("opener")?.open();
    await eventually(() => tries === 1);
    expect(done).toEqual(["opener"]);
    await order(engine, { kind: "pause", ...echo(given) });
    await eventually(() => done.includes(waits));
    openAll();
    await eventually(() => done.length === share + 1);
  });

  it("is among the troubles once, also when it is paused", async () => {
    const { engine, openAll, ids } = await crowded(host, 2);
    const [paused = "", held = ""] = ids;
    await order(engine, { kind: "pause", ...echo(paused) });
    const troubles = async () =>
      (await listTroubles(engine.partition, 100)).map(({ id, kind }) => [id, kind]);
    expect(await troubles()).toEqual([
      [paused, "paused"],
      [held, "busy"],
    ]);
    // Those that are looked at in vain count too: others have their turn between them.
    const looked = [...troubledOf(engine.partition, "test/echo")];
    expect(looked.filter((one) => one === undefined).length).toBeGreaterThanOrEqual(share);
    const want = { typename: "test/echo", limit: 100, is: "troubled" } as const;
    const { instances } = await listInstances(engine.partition, want);
    expect(instances.map(({ id }) => id)).toEqual([paused, held]);
    openAll();
  });
});
