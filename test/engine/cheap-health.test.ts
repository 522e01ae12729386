import { functionRef, StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/contract/engine.ts";
import { Mailboxes } from "../../src/engine/mailboxes/mailboxes.ts";
import { surfaceHost } from "../../src/host/engine-surface.ts";
import { hosted, stores } from "./support/stores.ts";

it("health without figures asks nothing of the engine but whether it is up", async () => {
  const engine = { failure: () => undefined, isDraining: () => false } as unknown as Engine;
  const host = surfaceHost({
    engine: () => engine,
    clock: { now: () => 0, monotonic: () => 0, after: () => () => {} },
    application: { bindings: [] } as never,
    unbound: undefined,
  });
  expect(await host.health(false)).toEqual({ status: "ok", figures: {} });
});

describe.each(stores)("health with figures, on $name", (store) => {
  const host = hosted(store);

  it("walks through no mailboxes, and counts what waits for functions that are not bound", async () => {
    const later = functionRef("test/later", string);
    const other = functionRef("test/other", string);
    const functions = new StatefulFunctions();
    const fan = functions.bind("test/fan", { accepts: string }, (context) => {
      for (let n = 0; n < 300; n++) context.send(later.at(`${n % 100}`), "x");
      context.send(other.at("1"), "x");
    });
    let runtime = await host.start(functions);
    await runtime.send(fan.at("1"), "go");
    await runtime.idle();
    const parked = async () => {
      const walk = Mailboxes.prototype[Symbol.iterator];
      Mailboxes.prototype[Symbol.iterator] = () => {
        throw new Error("all mailboxes are looked at");
      };
      try {
        const response = await runtime.fetch(new Request("http://test/health"));
        return Object(await response.json()).parkedFunctions;
      } finally {
        Mailboxes.prototype[Symbol.iterator] = walk;
      }
    };
    const both = [
      { typename: "test/later", waiting: 300 },
      { typename: "test/other", waiting: 1 },
    ];
    expect(await parked()).toEqual(both);
    runtime = await host.start(functions);
    expect(await parked()).toEqual(both);
    const bound = new StatefulFunctions("bound");
    bound.implement(later, {}, () => {});
    runtime = await host.start([functions, bound]);
    await runtime.idle();
    expect(await parked()).toEqual([both[1]]);
  });
});
