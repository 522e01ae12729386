import { StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import type { AddressReads, IdsPage } from "../../../src/engine/contract/address-reads.ts";
import type { Engine } from "../../../src/engine/contract/engine.ts";
import { listInstances } from "../../../src/engine/views/instance-list.ts";
import { acting, order, sendText } from "./support.ts";

const typename = "test/echo";

/** Has a store read ids as of now, and give them when it is told to: it may take turns of any number. */
function slowly({ partition }: Engine, kind: "state" | "timer") {
  const { store } = partition.options;
  const { addresses } = store;
  if (addresses === undefined) throw new Error("the store has no lists");
  const control = { isOver: false, turns: 0 };
  const pages = new WeakMap<object, IdsPage>();
  const slow = (scan: object | undefined, read: (scan?: object) => IdsPage): IdsPage => {
    let page = scan && pages.get(scan);
    page ??= read();
    while (page.scan !== undefined) page = read(page.scan);
    control.turns++;
    if (control.isOver && scan !== undefined) return page;
    const later = {};
    pages.set(later, page);
    return { ids: [], isEnd: false, scan: later };
  };
  const value: AddressReads = {
    sizes: (...asked) => addresses.sizes(...asked),
    withStates: (of, want, scan) => {
      const read = (own?: object) => addresses.withStates(of, want, own);
      return kind === "state" ? slow(scan, read) : read(scan);
    },
    owners: (want, scan) => {
      const read = (own?: object) => addresses.owners(want, own);
      return kind === "timer" ? slow(scan, read) : read(scan);
    },
  };
  Object.defineProperty(store, "addresses", { value });
  return control;
}

describe.each(["memory", "sqlite"] as const)("a list that takes many turns, on %s,", (kind) => {
  const host = acting(kind);

  async function start() {
    const functions = new StatefulFunctions();
    functions.bind(typename, { accepts: string, state: { seen: string } }, (context, text) => {
      if (text === "timer") context.sendAfter(3_600_000, context.self, string.of("later"));
      else context.state.seen = text;
    });
    return host.start(functions);
  }

  const idsOf = async (engine: Engine) => {
    const { instances } = await listInstances(engine.partition, { typename, limit: 1_000 });
    return instances.map(({ id }) => id);
  };

  it.each(["state", "timer"] as const)(
    "has an instance that waits at first, and then has a %s",
    async (text) => {
      const engine = await start();
      const ids = Array.from({ length: 30 }, (_, index) => `moves ${index + 10}`);
      for (const id of ids) {
        await order(engine, { kind: "pause", typename, id });
        await sendText(engine, { typename, id }, text);
      }
      await sendText(engine, { typename, id: "stays" }, "x");
      await engine.idle();
      const control = slowly(engine, text);
      const listed = idsOf(engine);
      for (const id of ids) await order(engine, { kind: "resume", typename, id });
      await engine.idle();
      await engine.flush();
      expect(control.turns).toBeGreaterThan(0);
      control.isOver = true;
      expect(await listed).toEqual([...ids, "stays"]);
      expect(await idsOf(engine)).toEqual([...ids, "stays"]);
    },
  );

  it("has one that waits again when its states are gone", async () => {
    const engine = await start();
    const address = { typename, id: "a" };
    await sendText(engine, address, "x");
    await engine.idle();
    const control = slowly(engine, "state");
    const listed = idsOf(engine);
    await order(engine, { kind: "pause", ...address });
    await sendText(engine, address, "y");
    await order(engine, { kind: "delete-instance", address, withTimers: false });
    control.isOver = true;
    expect(await listed).toEqual(["a"]);
  });

  it("leaves nothing behind that looks at windows", async () => {
    const engine = await start();
    const { journal } = engine.partition;
    let listeners = 0;
    const listen = journal.listen.bind(journal);
    journal.listen = (listener) => {
      listeners++;
      const forget = listen(listener);
      return () => {
        listeners--;
        forget();
      };
    };
    await idsOf(engine);
    const { addresses } = engine.partition.options.store;
    const broken = () => {
      throw new Error("broken");
    };
    Object.defineProperty(engine.partition.options.store, "addresses", {
      value: { ...addresses, withStates: broken, owners: broken },
    });
    await expect(idsOf(engine)).rejects.toThrow("broken");
    expect(listeners).toBe(0);
  });
});
