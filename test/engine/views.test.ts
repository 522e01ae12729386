import { int, StatefulFunctions, string } from "statefun";
import { createRuntime, memoryStore } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { refusingStore } from "./support/refusing-store.ts";
import { hosted, stores } from "./support/stores.ts";

/** Counts what it sets, what fires, and what it cancels: `set MS`, `fired`, `cancel N`. */
function alarms() {
  const functions = new StatefulFunctions();
  const number = { type: int, initial: 0 };
  const state = { set: number, fired: number, cancelled: number };
  const ref = functions.bind(
    "test/alarms",
    { accepts: string, state },
    async (context, message) => {
      const [verb, argument = ""] = message.split(" ");
      if (verb === "set") {
        context.state.set++;
        const cancellationToken = String(context.state.set);
        context.sendAfter(Number(argument), context.self, string.of("fired"), {
          cancellationToken,
        });
      } else if (verb === "cancel") {
        context.state.cancelled++;
        context.cancel(String(context.state.set));
      } else context.state.fired++;
      if (context.state.set % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
    },
  );
  return { functions, one: ref.at("1") };
}

describe.each(stores)("instance() on $name", (store) => {
  const host = hosted(store);

  it("shows state, mailbox and timers of one moment, whenever it is asked", async () => {
    const { functions, one } = alarms();
    const runtime = await host.start(functions);
    const sending: Promise<unknown>[] = [];
    let isOver = false;
    const views = (async () => {
      let count = 0;
      for (; !isOver; count++) {
        const { state, mailbox, timers } = await runtime.instance(one);
        const waiting = mailbox.filter((message) => message.as(string) === "fired").length;
        const { set, fired, cancelled } = state;
        // Each timer that was set waits, has come into the mailbox, or was handled.
        expect(timers.length + waiting + fired + cancelled).toBe(set);
        await new Promise((resolve) => setImmediate(resolve));
      }
      return count;
    })();
    for (let round = 0; round < 100; round++) {
      sending.push(runtime.send(one, `set ${round % 4}`));
      sending.push(runtime.send(one, "set 100000"), runtime.send(one, "cancel"));
      if (round % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(sending);
    await runtime.idle();
    await new Promise((resolve) => setTimeout(resolve, 20));
    isOver = true;
    expect(await views).toBeGreaterThan(10);
  });

  it.each([50_000, 3e13])(
    "shows a message from outside that comes in %i ms at its target",
    async (delayMs) => {
      const { functions, one } = alarms();
      let runtime = await host.start(functions);
      await runtime.send(one, "fired", { delayMs });
      for (let life = 0; life < 2; life++) {
        const { timers } = await runtime.instance(one);
        expect(timers).toMatchObject([{ to: { typename: "test/alarms", id: "1" } }]);
        expect(timers[0]?.message.as(string)).toBe("fired");
        expect(timers[0]?.atMs).toBeGreaterThan(Date.now() + delayMs - 20_000);
        expect(timers[0]).not.toHaveProperty("cancellationToken");
        runtime = await host.start(functions);
      }
    },
  );
});

it("shows one moment while the store refuses a window, too", async () => {
  const { functions, one } = alarms();
  const faults: { commit?: unknown } = {};
  const store = refusingStore(memoryStore(), faults);
  const runtime = await createRuntime({ modules: [functions], store, onError: () => {} });
  faults.commit = new Error("database or disk is full");
  const sending = runtime.send(one, "set 100000");
  await new Promise((resolve) => setTimeout(resolve, 50));
  const viewing = runtime.instance(one);
  faults.commit = undefined;
  const { state, timers } = await viewing;
  expect([state.set, timers.length]).toEqual([1, 1]);
  await sending;
  await runtime.close();
});
