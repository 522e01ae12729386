import { type Address, StatefulFunctions, string } from "statefun";
import type { Runtime } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { soon } from "./actions/support.ts";
import { hosted, stores } from "./support/stores.ts";

/** `MS TEXT` sends TEXT later, under TEXT as its token; `-TEXT` cancels; other texts are written down. */
function clock() {
  const got: string[] = [];
  const functions = new StatefulFunctions();
  const ref = functions.bind("test/clock", { accepts: string }, (context, message) => {
    const [ms, text] = message.split(" ");
    if (message.startsWith("-")) context.cancel(message.slice(1));
    else if (text === undefined) got.push(`${context.self.id}: ${message}`);
    else context.sendAfter(Number(ms), ref.at(context.self.id), text, { cancellationToken: text });
  });
  return { functions, ref, got };
}

/** All in one window, however slow the disk is. */
async function sendAll(runtime: Runtime, to: Address<string>, messages: string[]): Promise<void> {
  await Promise.all(messages.map((message) => runtime.send(to, message)));
}

describe.each(stores)("delayed messages on $name", (store) => {
  const host = hosted(store);

  it("come in order of their time, and none before it", async () => {
    const { functions, ref, got } = clock();
    const runtime = await host.start(functions);
    const start = Date.now();
    await sendAll(runtime, ref.at("1"), ["700 c", "100 a", "400 b"]);
    await expect.poll(() => got.length).toBe(3);
    expect(got).toEqual(["1: a", "1: b", "1: c"]);
    expect(Date.now() - start).toBeGreaterThanOrEqual(700);
  });

  it("with a delay of 0 come at once", async () => {
    const { functions, ref, got } = clock();
    const runtime = await host.start(functions);
    await runtime.send(ref.at("1"), "0 now");
    await expect.poll(() => got).toEqual(["1: now"]);
  });

  it("from outside come after their delay", async () => {
    const { functions, ref, got } = clock();
    const runtime = await host.start(functions);
    await Promise.all([
      runtime.send(ref.at("1"), "late", { delayMs: 150 }),
      runtime.send(ref.at("1"), "early"),
    ]);
    await expect.poll(() => got).toEqual(["1: early", "1: late"]);
  });

  it("are no later because an earlier one was cancelled, or because a wait ended a moment early", async () => {
    const { functions, ref, got } = clock();
    const runtime = await host.start(functions);
    await sendAll(runtime, ref.at("1"), ["1000 gone", "1200 kept", "-gone"]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await soon(() => got.length > 0);
    expect(got).toEqual(["1: kept"]);
    // Timers of a platform end early now and then: of so many some do.
    for (let turn = 0; turn < 12; turn++) {
      await runtime.send(ref.at("2"), `${turn}`, { delayMs: 7 });
      await soon(() => got.length > turn + 1);
    }
  });

  it("do not come once they are cancelled by whom they were sent, and by nobody else", async () => {
    const { functions, ref, got } = clock();
    const runtime = await host.start(functions);
    await sendAll(runtime, ref.at("1"), ["1000 gone", "1000 kept", "-gone"]);
    await runtime.send(ref.at("2"), "-kept");
    await expect.poll(() => got.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(got).toEqual(["1: kept"]);
  });

  it("set and cancelled at the same time never come", async () => {
    const functions = new StatefulFunctions();
    const got: string[] = [];
    const ref = functions.bind("test/both", { accepts: string }, (context, text) => {
      if (text !== "start") return void got.push(text);
      context.sendAfter(5, ref.at("1"), "first", { cancellationToken: "t" });
      context.cancel("t");
      context.sendAfter(5, ref.at("1"), "second", { cancellationToken: "t" });
    });
    const runtime = await host.start(functions);
    await runtime.send(ref.at("1"), "start");
    await expect.poll(() => got).toEqual(["second"]);
    expect(await runtime.deadLetters.list()).toEqual([]);
  });

  it("survive a restart, due or not, and can be cancelled after it", async () => {
    const { functions, ref, got } = clock();
    let runtime = await host.start(functions);
    await sendAll(runtime, ref.at("1"), ["1500 a", "3000 c", "1600 b", "60000 gone"]);
    await runtime.idle();
    const { timers } = await runtime.instance(ref.at("1"));
    const tokens = timers.map(({ cancellationToken }) => cancellationToken);
    expect(tokens.toSorted()).toEqual(["a", "b", "c", "gone"]);
    await runtime.close();
    // The first is due while nothing runs.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(got).toEqual([]);
    runtime = await host.start(functions);
    await runtime.send(ref.at("1"), "-gone");
    await expect.poll(() => got.length).toBe(3);
    expect(got).toEqual(["1: a", "1: b", "1: c"]);
    expect((await runtime.instance(ref.at("1"))).timers).toEqual([]);
  });

  it("and waiting messages go on in order after a restart", async () => {
    const { functions, ref, got } = clock();
    const parked = new StatefulFunctions();
    const forward = parked.bind("test/forward", { accepts: string }, (context, text) => {
      context.send(ref.at("1"), text);
    });
    // Without the function everything waits.
    let runtime = await host.start(parked);
    for (let n = 0; n < 100; n++) await runtime.send(forward.at("1"), `${n}`);
    await runtime.idle();
    runtime = await host.start([functions, parked]);
    await runtime.send(ref.at("1"), "last");
    await runtime.idle();
    expect(got).toEqual([...Array(100).keys(), "last"].map((text) => `1: ${text}`));
  });
});
