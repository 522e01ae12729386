import type { StatefulFunctions } from "statefun";
import { describe, expect, it } from "vitest";
import { keyOf } from "../../../src/engine/commit/pending-message.ts";
import type { Engine } from "../../../src/engine/contract/engine.ts";
import { acting, noting, order, sendText, stateOf } from "./support.ts";

const a = { typename: "test/note", id: "a" };

describe.each(["memory", "sqlite"] as const)("an action during which %s cannot be read", (kind) => {
  const host = acting(kind);

  /** One with a state and three timers. */
  async function filled(functions: StatefulFunctions): Promise<Engine> {
    const engine = await host.start(functions);
    await sendText(engine, a, "later");
    for (let count = 0; count < 3; count++) await sendText(engine, a, "later", 3_600_000);
    await engine.idle();
    return engine;
  }

  it("removes all of an instance with its timers, or nothing: the engine stops before half of it is stored", async () => {
    const functions = noting();
    const engine = await filled(functions);
    const { store } = engine.partition.options;
    const { timerAt } = store;
    let reads = 0;
    store.timerAt = (number) => {
      reads += 1;
      if (reads === 2) throw new Error("the disk is gone");
      return timerAt.call(store, number);
    };
    const removed = order(engine, { kind: "delete-instance", address: a, withTimers: true });
    await expect(removed).rejects.toMatchObject({ code: "store_failed" });
    store.timerAt = timerAt;
    await host.crash();
    const next = await host.start(functions);
    expect(stateOf(next, a, "note").text).toBe("later");
    expect(next.partition.options.store.timersOf(keyOf(a), 9)).toHaveLength(3);
  });

  it("fires a timer, or leaves it", async () => {
    const functions = noting();
    const engine = await filled(functions);
    const { store } = engine.partition.options;
    const [timer] = store.timersOf(keyOf(a), 1);
    const number = timer?.number ?? 0;
    const post = engine.partition.mailboxes.append;
    engine.partition.mailboxes.append = () => {
      throw new Error("the disk is gone");
    };
    const fired = order(engine, { kind: "fire-timer", number, address: a });
    await expect(fired).rejects.toMatchObject({ code: "store_failed" });
    engine.partition.mailboxes.append = post;
    await host.crash();
    const next = await host.start(functions);
    expect(next.partition.options.store.timersOf(keyOf(a), 9)).toHaveLength(3);
  });
});
