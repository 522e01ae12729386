import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anyValue, int, json, StatefulFunctions, shape, string } from "statefun";
import { encrypted } from "statefun/encryption";
import { createRuntime, memoryStore, type Runtime, type Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keys, secretText } from "./support.ts";

interface Card {
  number: string;
  uses: number;
}

const Card = encrypted(json("shop/card", shape<Card>()), keys);
const Secret = encrypted(string, keys);
const Count = encrypted(int, keys);

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "statefun-encryption-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const stores = {
  memory: () => {
    const store = memoryStore();
    return () => store;
  },
  sqlite: () => () => sqliteStore(join(directory, "store.db")),
};

const started = (modules: StatefulFunctions, store: Store): Promise<Runtime> =>
  createRuntime({ modules, store, onError: () => {} });

/** What a handler of one state does with it, by the text of its message. */
function walletOf(seen: unknown[] = []) {
  const functions = new StatefulFunctions();
  const wallet = functions.bind(
    "shop/wallet",
    {
      accepts: string,
      replies: string,
      state: { card: Card, pin: Secret, tries: { type: Count, initial: 3 } },
    },
    async (context, what) => {
      seen.push(structuredClone([context.state.card, context.state.pin, context.state.tries]));
      if (what === "set") context.state.card = { number: secretText, uses: 0 };
      if (what === "use" && context.state.card) {
        context.state.card.uses++;
        context.state.card.uses++;
        context.state.card = { ...context.state.card, uses: context.state.card.uses + 1 };
      }
      if (what === "pin") context.state.pin = secretText;
      if (what === "try") context.state.tries--;
      if (what === "wait") await Promise.resolve();
      if (what === "clear") delete context.state.card;
      if (what === "fail") {
        context.state.card = { number: "lost", uses: 0 };
        throw new Error("as it was told");
      }
      if (context.caller !== undefined) context.reply(what);
    },
  );
  return { functions, wallet, seen };
}

describe.each(["memory", "sqlite"] as const)("states of encrypted types, on %s", (kind) => {
  it("are read and written like any other, over restarts", async () => {
    const open = stores[kind]();
    const { functions, wallet, seen } = walletOf();
    for (const steps of [["", "set", "use"], ["use", "pin", "try", "try"], ["clear"], ["wait"]]) {
      const runtime = await started(functions, open());
      for (const step of steps) await runtime.call(wallet.at("1"), step);
      await runtime.close();
    }
    expect(seen).toEqual([
      [undefined, undefined, 3],
      [undefined, undefined, 3],
      [{ number: secretText, uses: 0 }, undefined, 3],
      [{ number: secretText, uses: 3 }, undefined, 3],
      [{ number: secretText, uses: 6 }, undefined, 3],
      [{ number: secretText, uses: 6 }, secretText, 3],
      [{ number: secretText, uses: 6 }, secretText, 2],
      [{ number: secretText, uses: 6 }, secretText, 1],
      [undefined, secretText, 1],
    ]);
  });

  it("are the same within a batch of many messages", async () => {
    const { functions, wallet, seen } = walletOf();
    const runtime = await started(functions, stores[kind]()());
    const steps = ["set", ...Array.from({ length: 50 }, () => "use"), "wait"];
    await Promise.all(steps.map((step) => runtime.send(wallet.at("1"), step)));
    await runtime.idle();
    expect(seen.at(-1)).toEqual([{ number: secretText, uses: 150 }, undefined, 3]);
    const { state } = await runtime.instance(wallet.at("1"));
    expect(state).toEqual({ card: { number: secretText, uses: 150 }, tries: 3 });
    await runtime.close();
  });

  it("stay as they were where a handler throws", async () => {
    const functions = new StatefulFunctions();
    const fn = functions.bind(
      "shop/one",
      { accepts: string, replies: string, state: { card: Card }, retry: { maxAttempts: 1 } },
      (context, what) => {
        context.state.card = { number: what, uses: 0 };
        if (what === "fail") throw new Error("as it was told");
        if (context.caller !== undefined) context.reply(what);
      },
    );
    const runtime = await started(functions, stores[kind]()());
    await runtime.call(fn.at("1"), "first");
    await Promise.all([
      runtime.send(fn.at("1"), "second"),
      expect(runtime.call(fn.at("1"), "fail")).rejects.toThrow("as it was told"),
    ]);
    expect((await runtime.instance(fn.at("1"))).state.card?.number).toBe("second");
    await runtime.close();
  });
});

describe("a mere read", () => {
  it("writes nothing, and neither does a change that is undone", async () => {
    const { functions, wallet } = walletOf();
    const runtime = await createRuntime({
      modules: functions,
      http: { admin: { authenticate: "none" } },
    });
    const etag = async (): Promise<unknown> => {
      const url = "http://x/admin/value?of=state&function=shop%2Fwallet&id=1&name=card";
      const response = await runtime.fetch(new Request(url));
      return [response.status, response.headers.get("etag"), await response.text()];
    };
    await runtime.call(wallet.at("1"), "set");
    const before = await etag();
    expect(before).toEqual([200, expect.any(String), expect.not.stringContaining(secretText)]);
    await runtime.call(wallet.at("1"), "wait");
    await runtime.call(wallet.at("1"), "try");
    expect(await etag()).toEqual(before);
    await runtime.call(wallet.at("1"), "set");
    expect(await etag()).not.toEqual(before);
    await runtime.close();
  });
});

describe("a file", () => {
  it("has nothing of it: states, waiting messages, timers, replies, records, dead letters", async () => {
    const functions = new StatefulFunctions();
    const wallet = functions.bind(
      "shop/wallet",
      { accepts: Secret, replies: Secret, state: { pin: Secret, any: anyValue } },
      async (context, secret) => {
        context.state.pin = secret;
        context.state.any = await Secret.seal(secret);
        context.sendAfter(3_600_000, context.self as never, Secret.of(secret));
        context.send({ typename: "shop/stuck", id: "1" } as never, Secret.of(secret));
        context.reply(secret);
      },
    );
    functions.bind("shop/stuck", { accepts: Secret, retry: { initialDelayMs: 60_000 } }, () => {
      throw new Error("not now");
    });
    const dead = functions.bind("shop/dead", { accepts: Secret, retry: { maxAttempts: 1 } }, () => {
      throw new Error("never");
    });
    const path = join(directory, "store.db");
    const runtime = await createRuntime({
      modules: functions,
      store: sqliteStore(path),
      onError: () => {},
    });
    const options = { idempotencyKey: "once" };
    expect(await runtime.call(wallet.at("1"), secretText, options)).toBe(secretText);
    await runtime.send(wallet.at("2"), secretText, { delayMs: 3_600_000, idempotencyKey: "k" });
    await expect(runtime.call(dead.at("1"), secretText)).rejects.toThrow("never");
    const found = () =>
      readdirSync(directory).filter((name) =>
        readFileSync(join(directory, name)).includes(secretText),
      );
    expect(readdirSync(directory)).toContain("store.db-wal");
    expect(found()).toEqual([]);
    await runtime.close();
    expect(found()).toEqual([]);
    // It is all there.
    const again = await createRuntime({ modules: functions, store: sqliteStore(path) });
    expect(await again.call(wallet.at("1"), secretText, options)).toBe(secretText);
    const { state, timers } = await again.instance(wallet.at("1"));
    expect(state.pin).toBe(secretText);
    expect(await Secret.open(state.any ?? expect.fail("nothing"))).toBe(secretText);
    const [timer] = timers;
    expect(await Secret.open(timer?.message ?? expect.fail("nothing"))).toBe(secretText);
    await again.close();
  });
});
