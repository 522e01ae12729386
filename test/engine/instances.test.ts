import { address, int, StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import { hosted, stores } from "./support/stores.ts";

function program() {
  const functions = new StatefulFunctions();
  const state = { total: { type: int, initial: 0 }, note: string };
  const ref = functions.bind("test/instance", { accepts: int, state }, (context, amount) => {
    if (amount < 0) throw new Error("negative");
    context.state.total += amount;
    if (amount > 1) context.state.note = `got ${amount}`;
    context.sendAfter(60_000, ref.at("other"), amount, { cancellationToken: `t${amount}` });
  });
  return { functions, ref };
}

describe.each(stores)("instance() on $name", (store) => {
  const host = hosted(store);

  it("shows state as a handler finds it, what waits, and the delayed messages it sent", async () => {
    const { functions, ref } = program();
    const runtime = await host.start(functions, { retry: { initialDelayMs: 60_000 } });
    for (const amount of [1, 2, -1, 3]) await runtime.send(ref.at("1"), amount);
    await runtime.idle();
    const { state, mailbox, timers } = await runtime.instance(ref.at("1"));
    const total: number = state.total;
    const note: string | undefined = state.note;
    expect({ total, note }).toEqual({ total: 3, note: "got 2" });
    expect(mailbox.map((message) => message.as(int))).toEqual([-1, 3]);
    expect(timers.map(({ cancellationToken }) => cancellationToken)).toEqual(["t1", "t2"]);
    expect(timers[0]).toMatchObject({ to: { typename: "test/instance", id: "other" } });
    expect(timers[0]?.message.as(int)).toBe(1);
    expect(timers[0]?.atMs).toBeGreaterThan(Date.now());
    // The delayed messages are those of the sender.
    expect((await runtime.instance(ref.at("other"))).timers).toEqual([]);
  });

  it("shows the same after a restart", async () => {
    const { functions, ref } = program();
    let runtime = await host.start(functions);
    await runtime.send(ref.at("1"), 5);
    await runtime.idle();
    const before = await runtime.instance(ref.at("1"));
    runtime = await host.start(functions);
    const after = await runtime.instance(ref.at("1"));
    expect(after.state).toEqual(before.state);
    expect(after.timers.map(({ atMs }) => atMs)).toEqual(before.timers.map(({ atMs }) => atMs));
  });

  it("shows initial values of an address that never got a message, and makes nothing of it", async () => {
    const { functions, ref } = program();
    const runtime = await host.start(functions);
    const empty = { mailbox: [], timers: [] };
    expect(await runtime.instance(ref.at("new"))).toEqual({ ...empty, state: { total: 0 } });
    expect(await runtime.instance(address("test/none", "1"))).toEqual({ ...empty, state: {} });
  });
});
