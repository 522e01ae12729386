import { address, functionRef, int, NonRetryableError, StatefulFunctions, string } from "statefun";
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
    const empty = { mailbox: [], mailboxLength: 0, timers: [] };
    expect(await runtime.instance(ref.at("new"))).toEqual({ ...empty, state: { total: 0 } });
    expect(await runtime.instance(address("test/none", "1"))).toEqual({ ...empty, state: {} });
  });
});

describe.each(stores)("an instance with much, on $name", (store) => {
  const host = hosted(store);

  it("shows the first 1,000 messages and how many there are, and timers of 1 MiB together", async () => {
    const functions = new StatefulFunctions();
    const parked = functionRef("test/parked", string);
    const much = functions.bind("test/much", { accepts: int }, (context, count) => {
      for (let n = 0; n < count; n++) context.send(parked.at("1"), `${n}`);
      for (let n = 0; n < 30; n++) {
        context.sendAfter(3_600_000, parked.at("1"), "x".repeat(n === 0 ? 3 : 100_000));
      }
    });
    const runtime = await host.start(functions);
    await runtime.send(much.at("1"), 1_500);
    await runtime.idle();
    const { mailbox, mailboxLength } = await runtime.instance(parked.at("1"));
    expect([mailbox.length, mailboxLength]).toEqual([1_000, 1_500]);
    expect(mailbox.at(-1)?.as(string)).toBe("999");
    const { timers } = await runtime.instance(much.at("1"));
    expect(timers).toHaveLength(12);
  });

  it("lists dead letters of 1 MiB together, and at least one", async () => {
    const functions = new StatefulFunctions();
    const failing = functions.bind("test/failing", { accepts: string }, () => {
      throw new NonRetryableError("no");
    });
    const runtime = await host.start(functions);
    for (const size of [400_000, 400_000, 400_000, 3_000_000, 1]) {
      await runtime.send(failing.at("1"), "x".repeat(size));
    }
    await runtime.idle();
    const pages: number[] = [];
    for (let after = "0"; ; ) {
      const page = await runtime.deadLetters.list({ after });
      pages.push(page.length);
      if (page.length === 0) break;
      after = page.at(-1)?.id ?? "";
    }
    expect(pages).toEqual([3, 1, 1, 0]);
  });
});
