import { memoryStore } from "statefun/runtime";
import { beforeAll, describe, expect, it } from "vitest";
import { type Death, dyingStore, failingStore } from "./support/dying-store.ts";
import { importHalf } from "./support/half-import.ts";
import { fillShop, openShop, shopFunctions } from "./support/shop.ts";
import { bodyOf, bytesOf, header, inPieces, parsed, storedExport } from "./support/stored.ts";

const accounts = 1_200;

describe("an import whose process dies", { timeout: 300_000 }, () => {
  let bytes: Uint8Array = new Uint8Array();

  beforeAll(async () => {
    const source = memoryStore();
    await fillShop(source, accounts);
    bytes = await storedExport(source);
  });

  it("is completed by the same export, wherever that was: nothing is lost, and nothing doubled", async () => {
    const shop = shopFunctions();
    for (const isAfter of [false, true]) {
      for (let commit = 2; ; commit++) {
        const store = memoryStore();
        const isWhole = await importUntil(store, { commit, isAfter });
        if (isWhole) {
          // The start, and the windows of the import.
          expect(commit).toBeGreaterThan(4);
          break;
        }
        const next = await openShop(shop, { store, paused: true });
        await next.import(inPieces(bytes));
        await next.close();
        expect(bodyOf(await storedExport(store)), `${commit} ${isAfter}`).toBe(bodyOf(bytes));
      }
    }
  });

  it("may die again and again, and is complete in the end", async () => {
    const store = memoryStore();
    let lives = 0;
    for (let isWhole = false; !isWhole; lives++) {
      isWhole = await importUntil(store, { commit: 2 + (lives % 2), isAfter: lives % 3 === 0 });
      expect(lives).toBeLessThan(20);
    }
    expect(lives).toBeGreaterThan(3);
    expect(bodyOf(await storedExport(store))).toBe(bodyOf(bytes));
  });

  it("waits for a store that cannot be written for a while, and writes each line once", async () => {
    const store = memoryStore();
    const shop = shopFunctions();
    const errors: string[] = [];
    const runtime = await openShop(shop, {
      // The start is the first one.
      store: failingStore(store, (commit) => commit > 2 && commit % 2 === 0 && commit < 8),
      onError: (error) => errors.push(String(error)),
      paused: true,
    });
    const { instances } = await runtime.import(inPieces(bytes));
    expect(instances).toBe(accounts);
    expect(errors.join("\n")).toMatch(/the disk is full/);
    await runtime.close();
    expect(bodyOf(await storedExport(store))).toBe(bodyOf(bytes));
  });

  it("leaves an engine that runs nothing, says so, and takes no other import", async () => {
    const store = memoryStore();
    expect(await importUntil(store, { commit: 3, isAfter: true })).toBe(false);
    const shop = shopFunctions();
    const errors: string[] = [];
    const onError = (error: unknown) => errors.push(String(error));
    const next = await openShop(shop, { store, onError, http: { authenticate: "none" } });
    const { sha256 } = parsed(bytes).at(-1) ?? {};
    expect(errors.join()).toContain(`import ${sha256} is unfinished`);
    const health = await (await next.fetch(new Request("http://localhost/health"))).json();
    expect(health).toMatchObject({ status: "ok", unfinishedImport: { sha256 } });

    // What is sent waits, before and behind what the import brings.
    await next.send(shop.later.at("1"), "2");
    const called = next.call(shop.account.at("1"), "ask");
    await next.idle();
    expect((await next.instance(shop.later.at("1"))).mailboxLength).toBe(1);
    await expect(next.send(shop.later.at("1"), "3", { idempotencyKey: "k" })).rejects.toMatchObject(
      {
        code: "unavailable",
      },
    );
    const other = await bytesOf([header, { kind: "partition", name: "", lastNumber: 7 }]);
    await expect(next.import(inPieces(other))).rejects.toMatchObject({ code: "conflict" });

    await next.import(inPieces(bytes));
    await next.idle();
    // Another account has given it ten.
    expect(await called).toBe(110);
    expect((await next.instance(shop.later.at("1"))).state).toEqual({ seen: 2, order: "1 2 " });
    expect((await next.instance(shop.later.at("11"))).state.seen).toBe(1);
    await next.import(inPieces(other));
    await next.close({ drainMs: 0 });
  });

  it("goes on after an abort, in the same process", async () => {
    const store = memoryStore();
    const shop = shopFunctions();
    const runtime = await openShop(shop, { store });
    await importHalf(runtime, inPieces(bytes));
    await runtime.send(shop.later.at("1"), "2");
    await runtime.idle();
    expect((await runtime.instance(shop.later.at("1"))).mailboxLength).toBe(1);
    await runtime.import(inPieces(bytes));
    await runtime.idle();
    expect((await runtime.instance(shop.later.at("1"))).state.order).toBe("1 2 ");
    await runtime.close({ drainMs: 0 });
  });

  it("is ended by a close, and completed by another runtime", async () => {
    const store = memoryStore();
    const shop = shopFunctions();
    const runtime = await openShop(shop, { store });
    let closing: Promise<void> | undefined;
    const ended = runtime.import(inPieces(bytes), {
      onProgress: ({ phase }) => {
        if (phase === "write") closing ??= runtime.close({ drainMs: 0 });
      },
    });
    await expect(ended).rejects.toMatchObject({ code: "draining" });
    await closing;
    const next = await openShop(shop, { store, paused: true });
    await next.import(inPieces(bytes));
    await next.close();
    expect(bodyOf(await storedExport(store))).toBe(bodyOf(bytes));
  });

  /** Whether it was completed before that. */
  async function importUntil(store: ReturnType<typeof memoryStore>, death: Death) {
    const shop = shopFunctions();
    const runtime = await openShop(shop, { store: dyingStore(store, death), paused: true });
    try {
      await runtime.import(inPieces(bytes));
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: "store_failed" });
      return false;
    } finally {
      await runtime.close().catch(() => {});
    }
  }
});
