import { egress, keep, string } from "statefun";
import { memoryStore } from "statefun/runtime";
import { createTestRuntime } from "statefun/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { createHandle, engineStoreOf } from "../../src/store/store-handle.ts";
import { overridden } from "../../src/testing/crash-points.ts";
import { dyingStore } from "./support/dying-store.ts";
import { importHalf } from "./support/half-import.ts";
import { audit, fillShop, openShop, shopFunctions } from "./support/shop.ts";
import { bodyOf, bytesOf, header, inPieces, parsed, storedExport } from "./support/stored.ts";

const stuck = egress("shop/stuck", string);
const closed = () => Promise.reject(new Error("closed today"));

describe("an import that is given up", { timeout: 120_000 }, () => {
  let bytes: Uint8Array = new Uint8Array();

  beforeAll(async () => {
    const source = memoryStore();
    await fillShop(source, 1_200);
    bytes = await storedExport(source);
  });

  it.each([0, 0.2])("is abandoned by a test runtime, which dies with probability %s", async (p) => {
    const shop = shopFunctions();
    const runtime = await createTestRuntime(
      shop.modules,
      p > 0 ? { seed: 7, crashProbability: p } : {},
    );
    await runtime.send(shop.account.at("90000"), "open");
    expect(await runtime.abandonImport()).toBe(false);
    // One that dies before anything is stored has left nothing.
    let wasThere = false;
    for (let tries = 0; !wasThere && tries < 50; tries++) {
      await importHalf(runtime, inPieces(bytes));
      wasThere = await runtime.abandonImport();
    }
    expect(wasThere).toBe(true);
    expect(await runtime.abandonImport()).toBe(false);
    expect(runtime.state(shop.account.at("90000")).balance).toBe(100);
    expect(runtime.state(shop.account.at("5")).balance).toBeUndefined();
    expect(await runtime.import(inPieces(bytes))).toMatchObject({ isDuplicate: false });
    expect(runtime.state(shop.account.at("5")).balance).toBeGreaterThan(0);
    await runtime.close();
  });

  it("is completed instead by another export of its source, which has not run since", async () => {
    const source = memoryStore();
    await fillShop(source, 1_200);
    const exported = async (): Promise<Uint8Array> => {
      const runtime = await openShop(shopFunctions(), { store: source, paused: true });
      const found = new Uint8Array(await new Response(runtime.export()).arrayBuffer());
      await runtime.close();
      return found;
    };
    const target = memoryStore();
    const first = await exported();
    const runtime = await openShop(shopFunctions(), { store: target, paused: true });
    await importHalf(runtime, inPieces(first));
    const second = await exported();
    // The time of the header is another one.
    expect(bodyOf(second)).toBe(bodyOf(first));
    expect(await runtime.import(inPieces(second))).toMatchObject({ isDuplicate: false });
    await runtime.close();
    expect(bodyOf(await storedExport(target))).toBe(bodyOf(await storedExport(source)));
  });

  it("takes no kept record away that was here before, however few are kept", async () => {
    const store = memoryStore();
    const shop = shopFunctions({ withLater: false });
    const egresses = [keep(audit, { maxRecords: 4 }), stuck.to(closed)];
    const runtime = await openShop(shop, { store, egresses });
    for (const n of [5, 10, 15, 20]) await runtime.send(shop.account.at(`${n}`), "open");
    await runtime.idle();
    await runtime.close({ drainMs: 0 });
    const kept = async () =>
      parsed(await storedExport(store)).filter(({ egress: name }) => name === "shop/audit");
    const before = await kept();
    expect(before).toHaveLength(4);
    const records = Array.from({ length: 2_500 }, (_, n) => ({
      ...({ kind: "record", number: n + 1, egress: "shop/audit", expiresAt: 9e12 } as const),
      from: { function: "shop/account", id: "1" },
      record: { type: "io.statefun.types/string", bytes: "CgEx" },
    }));
    const many = await bytesOf([
      ...[header, { kind: "partition", name: "", lastNumber: 9_000 } as const],
      ...records,
    ]);
    const dying = await openShop(shop, {
      ...{ egresses, paused: true },
      store: dyingStore(store, { commit: 4, isAfter: false }),
    });
    await expect(dying.import(inPieces(many))).rejects.toMatchObject({ code: "store_failed" });
    await dying.close().catch(() => {});
    expect((await kept()).length).toBeGreaterThan(1_000);
    const last = await openShop(shop, { store, egresses });
    expect(await last.abandonImport()).toBe(true);
    await last.idle();
    await last.close({ drainMs: 0 });
    expect(await kept()).toEqual(before);
  });

  it("is completed and not abandoned if it was interrupted while its last window was stored", async () => {
    const memory = memoryStore();
    let release = (): void => {};
    let isHeld = false;
    const slow = createHandle(() => {
      const store = engineStoreOf(memory);
      const durable = () => {
        if (isHeld || !/"done":\["/.test(store.position("statefun/import") ?? ""))
          return store.durable();
        isHeld = true;
        return new Promise<void>((resolve) => (release = resolve));
      };
      return overridden(store, { durable });
    });
    const runtime = await openShop(shopFunctions(), { store: slow, paused: true });
    const interrupting = new AbortController();
    const { signal } = interrupting;
    const importing = runtime.import(inPieces(bytes), { signal });
    await expect.poll(() => isHeld).toBe(true);
    interrupting.abort(new Error("enough"));
    release();
    await expect(importing).rejects.toThrow("enough");
    await expect(runtime.abandonImport()).rejects.toMatchObject({ code: "conflict" });
    await runtime.import(inPieces(bytes));
    expect(await runtime.abandonImport()).toBe(false);
    await runtime.close();
    expect(bodyOf(await storedExport(memory))).toBe(bodyOf(bytes));
  });
});
