import { egress, int, StatefulFunctions } from "statefun";
import { createRuntime, memoryStore } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { createGate } from "./support/gate.ts";
import { hosted, stores } from "./support/stores.ts";

/** Waits at its gate with the first message; later ones pass, once it is open. */
function waiting() {
  const gate = createGate();
  const runs: number[] = [];
  const functions = new StatefulFunctions();
  const options = { accepts: int, replies: int, state: { total: { type: int, initial: 0 } } };
  const ref = functions.bind("test/waiting", options, async (context, amount) => {
    runs.push(amount);
    await gate.pass();
    context.state.total += amount;
    if (context.caller?.typename === "statefun/ingress") context.reply(context.state.total);
  });
  const flood = functions.bind("test/flood", { accepts: int }, (context, count) => {
    for (let n = 0; n < count; n++) context.send(ref.at("1"), 1);
  });
  return { functions, one: ref.at("1"), two: ref.at("2"), flood, gate, runs };
}

describe.each(stores)("a full mailbox on $name", (store) => {
  const host = hosted(store);

  it("refuses what comes from outside, and takes it when there is room", async () => {
    const { functions, one, two, gate } = waiting();
    const runtime = await host.start(functions, { limits: { maxMailbox: 3 } });
    for (let n = 0; n < 3; n++) await runtime.send(one, 1);
    const refused = { code: "mailbox_full" };
    const sending = runtime.send(one, 1, { idempotencyKey: "k" });
    await expect(sending).rejects.toMatchObject(refused);
    await expect(sending).rejects.toThrow(
      'the mailbox of test/waiting "1" is full: it holds maxMailbox (3) messages',
    );
    await expect(runtime.call(one, 1)).rejects.toMatchObject(refused);
    await runtime.send(two, 1);
    gate.open();
    await runtime.idle();
    // What was refused did not use up its key.
    expect(await runtime.send(one, 1, { idempotencyKey: "k" })).toMatchObject({ duplicate: false });
    await runtime.idle();
    expect((await runtime.instance(one)).state.total).toBe(4);
  });

  it("refuses nothing that a function sends", async () => {
    const { functions, one, flood, gate } = waiting();
    const runtime = await host.start(functions, { limits: { maxMailbox: 3 } });
    await runtime.send(flood.at("1"), 20);
    await expect.poll(() => gate.arrivals).toBe(1);
    expect((await runtime.instance(one)).mailbox).toHaveLength(20);
    gate.open();
    await runtime.idle();
    expect((await runtime.instance(one)).state.total).toBe(20);
  });
});

describe.each(stores)("close on $name", (store) => {
  const host = hosted(store);

  it("lets a batch that runs end, and keeps what waits for the next start", async () => {
    const { functions, one, gate, runs } = waiting();
    let runtime = await host.start(functions);
    const call = runtime.call(one, 1);
    await expect.poll(() => gate.arrivals).toBe(1);
    for (const amount of [10, 100]) await runtime.send(one, amount);
    const closing = runtime.close();
    const late = runtime.send(one, 1_000);
    await expect(late).rejects.toMatchObject({
      code: "draining",
      message: "the runtime is closing",
    });
    gate.open();
    await closing;
    // What was answered on the way out is committed.
    expect(await call).toBe(1);
    expect(runs).toEqual([1]);
    runtime = await host.start(functions);
    await runtime.idle();
    expect(runs).toEqual([1, 10, 100]);
    expect((await runtime.instance(one)).state.total).toBe(111);
  });

  it("does not wait for what runs longer than drainMs, which runs again at the next start", async () => {
    const { functions, one, gate, runs } = waiting();
    let runtime = await host.start(functions);
    await runtime.send(one, 1);
    const call = runtime.call(one, 5).catch((error: unknown) => error);
    await expect.poll(() => gate.arrivals).toBe(1);
    await runtime.close({ drainMs: 10 });
    expect(await call).toMatchObject({ code: "draining" });
    // The first life is over: what its handler does now has no effect.
    gate.open();
    runtime = await host.start(functions);
    await runtime.idle();
    expect(runs.slice(1)).toContain(1);
    expect((await runtime.instance(one)).state.total).toBe(6);
    expect(await runtime.deadLetters.list()).toEqual([]);
  });

  it("may be called twice, and says so to whoever comes after it", async () => {
    const { functions, one } = waiting();
    const runtime = await host.start(functions);
    await Promise.all([runtime.close(), runtime.close()]);
    await runtime.close();
    const closed = { code: "draining" };
    await expect(runtime.send(one, 1)).rejects.toMatchObject(closed);
    await expect(runtime.call(one, 1)).rejects.toMatchObject(closed);
    await expect(runtime.instance(one)).rejects.toMatchObject(closed);
    await expect(runtime.deadLetters.list()).rejects.toMatchObject(closed);
    await expect(runtime.deadLetters.replay("1")).rejects.toMatchObject(closed);
    await runtime.idle();
    const response = await runtime.fetch(new Request("http://test/health"));
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ status: "draining" });
  });

  it("suspects nobody: a message that was running at every close is handled in the end", async () => {
    const { functions, one, gate } = waiting();
    for (let life = 0; life < 12; life++) {
      const runtime = await host.start(functions);
      if (life === 0) await runtime.send(one, 1);
      await expect.poll(() => gate.arrivals).toBe(life + 1);
      await runtime.close({ drainMs: 0 });
    }
    gate.open();
    const runtime = await host.start(functions);
    await runtime.idle();
    expect(await runtime.deadLetters.list()).toEqual([]);
    expect((await runtime.instance(one)).state.total).toBe(1);
  });

  it("is what `await using` does", async () => {
    const { functions, one } = waiting();
    const runtime = await host.start(functions);
    await runtime[Symbol.asyncDispose]();
    await expect(runtime.send(one, 1)).rejects.toMatchObject({ code: "draining" });
  });
});

it("begins no delivery of what the last window holds", async () => {
  const out = egress("test/out", int);
  const functions = new StatefulFunctions();
  const gate = createGate();
  const emits = functions.bind("test/emits", { accepts: int }, async (context) => {
    await gate.pass();
    context.emit(out, 1);
  });
  let begun = 0;
  const runtime = await createRuntime({
    modules: [functions],
    store: memoryStore(),
    onError: () => {},
    egresses: [out.to(() => void begun++)],
  });
  await runtime.send(emits.at("1"), 1);
  await expect.poll(() => gate.arrivals).toBe(1);
  const closed = runtime.close({ drainMs: 0 });
  gate.open();
  await closed;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(begun).toBe(0);
});
