import { AsyncLocalStorage } from "node:async_hooks";
import { address, egress, int, StatefulFunctions, string } from "statefun";
import { createRuntime } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { ownContext, runIn } from "../../src/internal/own-context.ts";
import { far, hosted } from "../remote/support/hosted.ts";
import { answer } from "../remote/support/raw-server.ts";

const storage = new AsyncLocalStorage<string>();
const out = egress("seen/out", string);
const names = ["A", "B", "C", "D"];

describe("the asynchronous context of a caller", () => {
  it("is seen by no handler, no timer and no delivery: they are the work of all callers", async () => {
    const seen: (string | undefined)[] = [];
    const look = (what: string) =>
      void seen.push(storage.getStore() && `${what} in ${storage.getStore()}`);
    const functions = new StatefulFunctions("seen");
    const fn = functions.bind("seen/fn", { accepts: string }, async (context, text) => {
      look("handler");
      await Promise.resolve();
      look("handler later");
      context.emit(out, text);
      if (text.length === 1)
        context.sendAfter(1, context.self.id === "A" ? fn.at("A") : fn.at("x"), "later");
    });
    let failures = 3;
    await using runtime = await createRuntime({
      modules: functions,
      egresses: [
        out.to(async () => {
          look("delivery");
          await new Promise((resolve) => setTimeout(resolve, 1));
          look("delivery later");
          if (failures-- > 0) throw new Error("not now");
        }),
      ],
      retry: { initialDelayMs: 1, maxDelayMs: 2 },
      onError: () => {},
    });
    for (const name of names) await storage.run(name, () => runtime.send(fn.at(name), name));
    await Promise.all(
      names.map((name) => storage.run(name, () => runtime.send(fn.at(name), name))),
    );
    await storage.run("E", () => runtime.idle());
    // It waits neither for what is delayed nor for another try.
    await expect.poll(() => seen.length, { timeout: 60_000 }).toBeGreaterThan(30);
    expect(seen.filter((one) => one !== undefined)).toEqual([]);
  });

  const host = hosted();
  it("is seen by no request to a remote function", async () => {
    const server = await host.serve((_, response) => answer(response));
    const seen: unknown[] = [];
    const { fetch } = globalThis;
    globalThis.fetch = (...request) => {
      seen.push(storage.getStore());
      return fetch(...request);
    };
    try {
      const runtime = await host.start([far("far/fn", server.url)]);
      for (const name of names) {
        await storage.run(name, () => runtime.send(address("far/fn", name), int.of(1)));
      }
      await storage.run("E", () => runtime.idle());
    } finally {
      globalThis.fetch = fetch;
    }
    expect(seen.length).toBeGreaterThanOrEqual(names.length);
    expect(new Set(seen)).toEqual(new Set([undefined]));
  });
});

describe("an own context", () => {
  it("runs in order, in microtasks, and what is asked for meanwhile has its own turn", async () => {
    const soon = storage.run("own", ownContext);
    const order: unknown[] = [];
    storage.run("other", () => {
      soon(() => {
        order.push(["first", storage.getStore()]);
        soon(() => order.push(["third", storage.getStore()]));
        queueMicrotask(() => order.push("between"));
      });
      soon(() => order.push(["second", storage.getStore()]));
    });
    expect(order).toEqual([]);
    await Promise.resolve();
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual([["first", "own"], ["second", "own"], "between", ["third", "own"]]);
  });

  it("gives what it ran, also an error, and goes on", async () => {
    const soon = ownContext();
    await expect(runIn(soon, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    const thrown = runIn(soon, () => {
      throw new Error("at once");
    });
    await expect(thrown).rejects.toThrow("at once");
    expect(await runIn(soon, async () => storage.getStore())).toBeUndefined();
  });
});
