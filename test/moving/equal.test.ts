import { memoryStore } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { describe, expect, it } from "vitest";
import { runs } from "../effort.ts";
import { temporaryFiles } from "../store/temporary.ts";
import { fillShop, openShop, shopFunctions, totalOf } from "./support/shop.ts";
import { bodyOf, inPieces, parsed, storedExport } from "./support/stored.ts";

/** As many as shops have: `STATEFUN_MOVED_ACCOUNTS=100000`. */
const accounts = Number(process.env["STATEFUN_MOVED_ACCOUNTS"] ?? runs(10_000));

describe("an application that moves from a file to memory and back", { timeout: 600_000 }, () => {
  const file = temporaryFiles();

  it("is the same there, byte by byte, and goes on with all that it had", async () => {
    const source = sqliteStore(file());
    await fillShop(source, accounts);
    const first = await storedExport(source);
    const kinds = new Set(parsed(first).map(({ kind }) => kind));
    const all = [
      "instance",
      "message",
      "timer",
      "record",
      "dead-letter",
      "key",
      "pause",
      "position",
    ];
    expect([...kinds]).toEqual(expect.arrayContaining(all));

    const inMemory = memoryStore();
    const shop = shopFunctions({ withLater: false });
    const there = await openShop(shop, { store: inMemory, paused: true });
    const summary = await there.import(inPieces(first));
    const { counts } = parsed(first).at(-1) as { counts: Record<string, number> };
    const { partitions: _, ...counted } = counts;
    expect(summary).toMatchObject({ ...counted, isDuplicate: false });
    expect(await there.import(inPieces(first))).toMatchObject({ ...counted, isDuplicate: true });
    await there.close();
    const second = await storedExport(inMemory);
    expect(bodyOf(second)).toBe(bodyOf(first));

    // Not paused: what runs is what a start would run, and all here waits for something.
    const target = sqliteStore(file());
    const running = await openShop(shop, { store: target });
    await running.import(inPieces(second, 1_000));
    await running.idle();
    const { instances } = await running.instances({
      function: shop.account,
      prefix: "9",
      limit: 1,
    });
    expect(instances).toMatchObject([{ address: { id: "9" }, isPaused: true }]);
    expect(await totalOf(running, shop, accounts)).toBe(100 * accounts);
    await running.close({ drainMs: 0 });
    expect(bodyOf(await storedExport(target))).toBe(bodyOf(first));

    const whole = shopFunctions();
    const last = await openShop(whole, { store: target });
    await last.idle();
    expect((await last.instance(whole.later.at("1"))).state.seen).toBe(1);
    const again = await last.send(whole.account.at("8"), "open", { idempotencyKey: "open-8" });
    expect(again.duplicate).toBe(true);
    expect(await last.call(whole.account.at("8"), "ask", { idempotencyKey: "ask-8" })).toBe(100);
    expect((await last.instance(whole.account.at("2"))).timers).toHaveLength(1);
    await last.send(whole.account.at("2"), "cancel");
    await last.idle();
    expect((await last.instance(whole.account.at("2"))).timers).toHaveLength(0);
    await last.close({ drainMs: 0 });
  });
});
