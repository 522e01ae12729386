import { int, StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import type { Action } from "../../../src/engine/contract/actions.ts";
import type { Engine } from "../../../src/engine/contract/engine.ts";
import { acting, actionStores, activity, order, sendText, stateOf, textValue } from "./support.ts";

const ids = Array.from({ length: 5 }, (_, index) => `i${index}`);
const at = (id: string) => ({ typename: "test/note", id });

/** Counts what each instance handles; only operators write `note`. */
function noting() {
  const seen = new Map<string, string[]>();
  const order = new Map<string, number[]>();
  const functions = new StatefulFunctions();
  const state = { note: string, count: int };
  functions.bind("test/note", { accepts: string, state }, async (context, text) => {
    const { id } = context.self;
    const note = context.state.note ?? "";
    if (Number(text) % 3 > 0) await new Promise((resolve) => setTimeout(resolve, Number(text) % 3));
    context.state.count = (context.state.count ?? 0) + 1;
    seen.set(id, [...(seen.get(id) ?? []), note]);
    order.set(id, [...(order.get(id) ?? []), Number(text)]);
  });
  return { functions, seen, order };
}

describe.each(actionStores)("actions under load, on %s,", (kind) => {
  const host = acting(kind);

  /** Sends to all instances until it is told to stop. Gives how many each one got. */
  function load(engine: Engine) {
    let isOver = false;
    let count = 0;
    const running = (async () => {
      while (!isOver) {
        await Promise.all(ids.map((id) => sendText(engine, at(id), String(count))));
        count++;
        // Faster than they are handled, but not until a mailbox is full.
        while (engine.pending() > 200) await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    return async () => {
      isOver = true;
      await running;
      return count;
    };
  }

  it("are each seen by exactly the messages behind it, and none is lost or done twice", async () => {
    const { functions, seen, order: handled } = noting();
    const engine = await host.start(functions);
    const stop = load(engine);
    const edits = await Promise.all(
      ids.map(async (id) => {
        let digest = "";
        for (let version = 1; version <= 25; version++) {
          const value = textValue(String(version).padStart(2, "0"));
          const action: Action = {
            kind: "set-state",
            address: at(id),
            name: "note",
            value,
            ifMatch: digest,
          };
          const key = `${id} ${version}`;
          const [one, other] = await Promise.all([
            order(engine, action, key),
            order(engine, action, key),
          ]);
          expect([one.isDuplicate, other.isDuplicate].sort()).toEqual([false, true]);
          digest = stateOf(engine, at(id), "note").digest;
          if (version % 5 > 0) continue;
          await order(engine, { kind: "pause", ...at(id) });
          await order(engine, { kind: "resume", ...at(id) });
        }
        return digest;
      }),
    );
    const sent = await stop();
    await engine.idle();
    for (const [index, id] of ids.entries()) {
      expect(stateOf(engine, at(id), "note")).toEqual({ text: "25", digest: edits[index] });
      expect(handled.get(id)).toEqual(Array.from({ length: sent }, (_, number) => number));
      const notes = seen.get(id) ?? [];
      expect(notes).toEqual([...notes].sort());
    }
    expect(activity(engine)).toHaveLength(ids.length * (25 + 2 * 5));
  });

  it("hold an instance until its messages are skipped one by one, in order", async () => {
    const { functions, order: handled } = noting();
    const engine = await host.start(functions);
    await order(engine, { kind: "pause", typename: "test/note" });
    const stop = load(engine);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const sent = await stop();
    const [id = ""] = ids;
    const { mailboxes } = engine.partition;
    const wanted = Math.min(10, sent - 1);
    for (let skipped = 0; skipped < wanted; skipped++) {
      const number = mailboxes.find(at(id))?.mailbox.at(0)?.number ?? 0;
      const results = await Promise.allSettled(
        [1, 2].map(() => order(engine, { kind: "skip", address: at(id), number })),
      );
      expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    }
    await order(engine, { kind: "resume", typename: "test/note" });
    await engine.idle();
    const all = Array.from({ length: sent }, (_, number) => number);
    expect(handled.get(id)).toEqual(all.slice(wanted));
    expect(handled.get("i1")).toEqual(all);
    expect(engine.health().deadLetters).toBe(wanted);
  });
});
