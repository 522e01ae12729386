import { egress, int, StatefulFunctions } from "statefun";
import { createRuntime, memoryStore } from "statefun/runtime";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { refusingStore } from "./support/refusing-store.ts";

const out = egress("test/out", int);

/** Functions and an egress that fail as they are told to. */
function failing() {
  const functions = new StatefulFunctions();
  const bad = functions.bind("test/bad", { accepts: int }, () => {
    throw new Error("no");
  });
  const emits = functions.bind("test/emits", { accepts: int }, (context, value) => {
    context.emit(out, value);
  });
  return { functions, bad: bad.at("1"), emits: emits.at("1") };
}

const rejections: unknown[] = [];
const note = (reason: unknown): void => void rejections.push(reason);
beforeEach(() => {
  rejections.length = 0;
  process.on("unhandledRejection", note);
});
afterEach(() => {
  process.off("unhandledRejection", note);
  vi.useRealTimers();
});

const listeners: Record<string, () => unknown> = {
  throws: () => {
    throw new Error("the listener is broken");
  },
  rejects: () => Promise.reject(new Error("the listener is broken")),
  "gives a thenable that rejects": () => ({
    // biome-ignore lint/suspicious/noThenProperty: it is what this is about.
    then: (_: unknown, reject: (reason: unknown) => void) => reject(new Error("broken")),
  }),
};

describe.each(Object.keys(listeners))("an onError that %s", (kind) => {
  it("changes nothing for handlers, deliveries, a refused commit and a stopped store", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
    const { functions, bad, emits } = failing();
    const faults: { commit?: unknown } = {};
    let reported = 0;
    const runtime = await createRuntime({
      modules: [functions],
      store: refusingStore(memoryStore(), faults),
      egresses: [out.to(() => Promise.reject(new Error("nobody is there")))],
      retry: { maxAttempts: 1 },
      onError: () => {
        reported++;
        return listeners[kind]?.() as undefined;
      },
    });
    await runtime.send(bad, 1);
    await runtime.send(emits, 1);
    await runtime.idle();
    expect(await runtime.deadLetters.list()).toHaveLength(1);
    expect(reported).toBe(2);
    faults.commit = new Error("database or disk is full");
    const sending = runtime.send(bad, 2).catch((error: unknown) => error);
    for (let second = 0; second < 63; second++) {
      await vi.advanceTimersByTimeAsync(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await sending).toMatchObject({ code: "store_failed" });
    await expect(runtime.close()).rejects.toMatchObject({ code: "store_failed" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(rejections).toEqual([]);
  });
});

it("shows an egress that fails in health, until it is delivered to", async () => {
  const { functions, emits } = failing();
  let isBroken = true;
  const runtime = await createRuntime({
    modules: [functions],
    egresses: [out.to(() => (isBroken ? Promise.reject(new Error("no")) : Promise.resolve()))],
    http: { expose: "all", authenticate: "none", admin: { authenticate: "none" } },
    onError: () => {},
  });
  const health = async () => (await runtime.fetch(new Request("http://test/health"))).json();
  await runtime.send(emits, 1);
  await runtime.idle();
  expect(await health()).toMatchObject({
    status: "ok",
    egresses: [{ typename: "test/out", status: "waiting" }],
  });
  isBroken = false;
  await expect.poll(health).toMatchObject({ egresses: [{ status: "running" }] });
  await runtime.close();
});
