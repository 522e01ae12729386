import type { Observer } from "statefun";
import type { Runtime } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { hosted, stores } from "../engine/support/stores.ts";
import { collecting } from "./support/collecting.ts";
import { receipts, shopFunctions, ways } from "./support/shop.ts";

const subjects = stores.flatMap((store) => ways.map((way) => ({ ...store, ...way })));
const hooks = ["accepted", "dead", "timer", "emitted", "delivered", "committed"] as const;

describe.each(subjects)("an observer of $way handlers on $name", (subject) => {
  const host = hosted(subject);

  it.each(hooks)("may send from its hook %s, to the same instance and to others", async (hook) => {
    const { functions, shop } = shopFunctions(subject.isAsync);
    let runtime: Runtime | undefined;
    // Many records are one delivery.
    const times = hook === "delivered" ? 1 : 10;
    let left = times;
    const sent: Promise<unknown>[] = [];
    const seen = collecting((name) => {
      if (name !== hook || left <= 0 || runtime === undefined) return;
      left -= 1;
      for (const id of ["1", "2"]) sent.push(runtime.send(shop.at(id), "add"));
    });
    const egresses = [receipts.to(() => {})];
    runtime = await host.start(functions, { observer: seen.observer, egresses });
    let own = 0;
    for (let round = 0; round < 15; round++) {
      for (const text of ["add", "emit a", "fail", `later t${round}`, `cancel t${round}`]) {
        sent.push(runtime.send(shop.at("1"), text));
        own++;
      }
    }
    await expect.poll(() => left).toBe(0);
    await runtime.idle();
    await Promise.all(sent);
    // What fails takes back what it has counted.
    expect((await runtime.instance(shop.at("1"))).state.count).toBe(own - 15 + times);
    expect((await runtime.instance(shop.at("2"))).state.count).toBe(times);
    expect(await runtime.deadLetters.list()).toHaveLength(15);
    const restarted = await host.start(functions, { egresses });
    expect((await restarted.instance(shop.at("1"))).state.count).toBe(own - 15 + times);
  });

  it("may close the runtime from any hook", async () => {
    for (const hook of hooks) {
      const { functions, shop } = shopFunctions(subject.isAsync);
      let runtime: Runtime | undefined;
      let closing: Promise<void> | undefined;
      const observer: Observer = {
        [hook]: () => {
          closing ??= runtime?.close();
        },
      };
      runtime = await host.start(functions, { observer, egresses: [receipts.to(() => {})] });
      for (const text of ["add", "emit a", "fail", "later t", "cancel t"]) {
        await runtime.send(shop.at("1"), text).catch(() => {});
      }
      await runtime.idle().catch(() => {});
      await runtime.close();
      await closing;
    }
    expect(host.errors.filter((error) => Object(error).code === "store_failed")).toEqual([]);
  });
});
