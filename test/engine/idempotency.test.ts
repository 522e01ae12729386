import { int, StatefulFunctions } from "statefun";
import { describe, expect, it } from "vitest";
import { hosted, stores } from "./support/stores.ts";

function counter() {
  const functions = new StatefulFunctions();
  const options = { accepts: int, replies: int, state: { total: { type: int, initial: 0 } } };
  const ref = functions.bind("test/counter", options, (context, amount) => {
    context.state.total += amount;
    if (context.caller !== undefined) context.reply(context.state.total);
  });
  return { functions, one: ref.at("1"), two: ref.at("2") };
}

describe.each(stores)("idempotency keys on $name", (store) => {
  const host = hosted(store);
  const key = { idempotencyKey: "k" };

  it("let a message in once, and repeat its receipt", async () => {
    const { functions, one } = counter();
    const runtime = await host.start(functions);
    const first = await runtime.send(one, 1, key);
    expect(first.duplicate).toBe(false);
    const again = await Promise.all([runtime.send(one, 1, key), runtime.send(one, 1, key)]);
    expect(again).toEqual([1, 2].map(() => ({ id: first.id, duplicate: true })));
    await runtime.idle();
    expect((await runtime.instance(one)).state.total).toBe(1);
  });

  it("let a message in once though it comes twice at the same time", async () => {
    const { functions, one } = counter();
    const runtime = await host.start(functions);
    const receipts = await Promise.all([runtime.send(one, 1, key), runtime.send(one, 1, key)]);
    expect(receipts.map(({ duplicate }) => duplicate)).toEqual([false, true]);
    await runtime.idle();
    expect((await runtime.instance(one)).state.total).toBe(1);
  });

  it("are remembered over a restart", async () => {
    const { functions, one } = counter();
    let runtime = await host.start(functions);
    const { id } = await runtime.send(one, 1, key);
    runtime = await host.start(functions);
    expect(await runtime.send(one, 1, key)).toEqual({ id, duplicate: true });
    await runtime.idle();
    expect((await runtime.instance(one)).state.total).toBe(1);
  });

  it("belong to a target: another one may use the same", async () => {
    const { functions, one, two } = counter();
    const runtime = await host.start(functions);
    await runtime.send(one, 1, key);
    expect(await runtime.send(two, 1, key)).toMatchObject({ duplicate: false });
  });

  it("refuse another message", async () => {
    const { functions, one } = counter();
    const runtime = await host.start(functions);
    await runtime.send(one, 1, key);
    const other = runtime.send(one, 2, key);
    await expect(other).rejects.toMatchObject({ code: "idempotency_conflict" });
    await expect(other).rejects.toThrow(
      'idempotency key "k" was already used with another message to test/counter "1": use a new key',
    );
    await runtime.idle();
    expect((await runtime.instance(one)).state.total).toBe(1);
  });

  it("refuse a call under the key of a send, and a send under that of a call", async () => {
    const { functions, one, two } = counter();
    const runtime = await host.start(functions);
    await runtime.send(one, 1, key);
    await expect(runtime.call(one, 1, key)).rejects.toMatchObject({ code: "idempotency_conflict" });
    await runtime.call(two, 1, key);
    await expect(runtime.send(two, 1, key)).rejects.toMatchObject({ code: "idempotency_conflict" });
  });

  it("are forgotten after their time", async () => {
    const { functions, one } = counter();
    const runtime = await host.start(functions, { idempotencyRetentionMs: 500 });
    const receipts = await Promise.all([runtime.send(one, 1, key), runtime.send(one, 1, key)]);
    expect(receipts.map(({ duplicate }) => duplicate)).toEqual([false, true]);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await runtime.send(one, 1, key)).duplicate).toBe(false);
    await runtime.idle();
    expect((await runtime.instance(one)).state.total).toBe(2);
  });

  it("hold for a message that comes later, too", async () => {
    const { functions, one } = counter();
    const runtime = await host.start(functions);
    await runtime.send(one, 1, { ...key, delayMs: 20 });
    expect((await runtime.send(one, 1, { ...key, delayMs: 20 })).duplicate).toBe(true);
    await expect.poll(async () => (await runtime.instance(one)).state.total).toBe(1);
    expect((await runtime.send(one, 1, key)).duplicate).toBe(true);
  });
});
