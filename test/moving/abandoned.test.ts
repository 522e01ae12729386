import { statSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { memoryStore, type Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFiles } from "../store/temporary.ts";
import { run } from "./support/command.ts";
import { type Death, dyingStore } from "./support/dying-store.ts";
import { importHalf } from "./support/half-import.ts";
import { fillShop, openShop, shopFunctions } from "./support/shop.ts";
import { inPieces, parsed, storedExport } from "./support/stored.ts";

/** What is in a store, without the numbers that it would give next. */
async function contentOf(store: Store): Promise<readonly unknown[]> {
  const lines = parsed(await storedExport(store));
  const others = ["statefun-export", "partition", "end"];
  // What has expired counts as absent.
  return lines.filter(({ kind, expiresAt }) => !others.includes(`${kind}`) && expiresAt !== 0);
}

/** Something of most kinds, which is in no export of a shop with fewer accounts. */
async function fillOther(store: Store): Promise<void> {
  const shop = shopFunctions({ withLater: false });
  const runtime = await openShop(shop, { store });
  for (let n = 90_000; n < 90_010; n++) {
    await runtime.send(shop.account.at(`${n}`), "open", { idempotencyKey: `open-${n}` });
  }
  await runtime.send(shop.account.at("90001"), "fail");
  await runtime.idle();
  await runtime.close({ drainMs: 0 });
}

/** Whether it came to its end. */
async function livesThrough(
  store: Store,
  death: Death,
  work: (runtime: Awaited<ReturnType<typeof openShop>>) => Promise<unknown>,
): Promise<boolean> {
  const runtime = await openShop(shopFunctions(), {
    store: dyingStore(store, death),
    paused: true,
  });
  try {
    await work(runtime);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: "store_failed" });
    return false;
  } finally {
    await runtime.close().catch(() => {});
  }
}

describe("an import that is abandoned", { timeout: 300_000 }, () => {
  const file = temporaryFiles();
  const path = file("export");
  let bytes: Uint8Array = new Uint8Array();

  beforeAll(async () => {
    const source = memoryStore();
    await fillShop(source, 1_200);
    bytes = await storedExport(source);
    writeFileSync(path, bytes);
  });

  it("leaves nothing behind, wherever its process died, and wherever that of its end did", async () => {
    let deaths = 0;
    for (let commit = 3; ; commit++) {
      const store = memoryStore();
      await fillOther(store);
      const before = await contentOf(store);
      const isWhole = await livesThrough(store, { commit, isAfter: false }, (runtime) =>
        runtime.import(inPieces(bytes)),
      );
      if (isWhole) break;
      // One later in each life: the first commit is the start.
      for (let at = 2; ; at++) {
        const death = { commit: at, isAfter: at % 2 === 0 };
        if (await livesThrough(store, death, (runtime) => runtime.abandonImport())) break;
        deaths++;
      }
      expect(await contentOf(store), `${commit}`).toEqual(before);
      // It can be imported now, and is the same as if it had come at once.
      const runtime = await openShop(shopFunctions(), { store, paused: true });
      expect(await runtime.abandonImport()).toBe(false);
      expect(await runtime.import(inPieces(bytes))).toMatchObject({ isDuplicate: false });
      await runtime.close();
      expect((await contentOf(store)).length).toBe(parsed(bytes).length - 3 + before.length);
    }
    expect(deaths).toBeGreaterThan(5);
  });

  it("lets the application go on with what it had, and with what has come since", async () => {
    const store = memoryStore();
    await fillOther(store);
    const shop = shopFunctions();
    const runtime = await openShop(shop, { store });
    await runtime.idle();
    await importHalf(runtime, inPieces(bytes));
    await runtime.send(shop.later.at("5"), "since");
    const called = runtime.call(shop.account.at("90000"), "ask");
    expect(await runtime.abandonImport()).toBe(true);
    expect(await called).toBe(100);
    await runtime.idle();
    expect((await runtime.instance(shop.later.at("5"))).state.order).toBe("since ");
    expect((await runtime.instance(shop.account.at("5"))).state).toEqual({});
    const again = { idempotencyKey: "open-90000" };
    const { duplicate } = await runtime.send(shop.account.at("90000"), "open", again);
    expect(duplicate).toBe(true);
    const health = await (await runtime.fetch(new Request("http://localhost/health"))).json();
    expect(health).not.toHaveProperty("unfinishedImport");
    await runtime.close({ drainMs: 0 });
  });

  it("cannot be completed once some of it is gone", async () => {
    const store = memoryStore();
    const isImported = await livesThrough(store, { commit: 3, isAfter: false }, (runtime) =>
      runtime.import(inPieces(bytes)),
    );
    const isAbandoned = await livesThrough(store, { commit: 3, isAfter: false }, (runtime) =>
      runtime.abandonImport(),
    );
    expect([isImported, isAbandoned]).toEqual([false, false]);
    const runtime = await openShop(shopFunctions(), { store, paused: true });
    await expect(runtime.import(inPieces(bytes))).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("is being abandoned"),
    });
    expect(await runtime.abandonImport()).toBe(true);
    await runtime.close();
    expect(await contentOf(store)).toEqual([]);
  });

  it("is none that replaces what was here: that is gone", async () => {
    const store = memoryStore();
    await fillOther(store);
    await livesThrough(store, { commit: 3, isAfter: false }, (runtime) =>
      runtime.import(inPieces(bytes), { replace: true }),
    );
    const runtime = await openShop(shopFunctions(), { store, paused: true });
    await expect(runtime.abandonImport()).rejects.toMatchObject({ code: "conflict" });
    await runtime.import(inPieces(bytes));
    await runtime.close();
  });

  it("is abandoned by a command, after a kill, and after a kill of the command", async () => {
    const target = file();
    await fillOther(sqliteStore(target));
    const before = await contentOf(sqliteStore(target));
    const sizes = () => sizeOf(target) + sizeOf(`${target}-wal`);
    let kills = 0;
    for (const args of [
      ["import", target, "--from", path],
      ["import", target, "--abandon"],
      ["import", target, "--abandon"],
    ]) {
      const { child, ended } = run(...args);
      const begun = sizes();
      while (child.exitCode === null && sizes() <= begun + 50_000) await sleep(1);
      if (child.kill("SIGKILL")) kills++;
      await ended;
    }
    expect(kills).toBeGreaterThan(0);
    const last = await run("import", target, "--abandon").ended;
    expect(last).toMatchObject({ code: 0, errors: "" });
    expect(await contentOf(sqliteStore(target))).toEqual(before);
    const again = await run("import", target, "--abandon").ended;
    expect(again.out).toBe("no import is unfinished\n");
    const wrong = await run("import", target, "--abandon", "--from", path).ended;
    expect(wrong).toMatchObject({ code: 2, errors: expect.stringContaining("leave out --from") });
    const gone = await run("import", `${target}.gone`, "--abandon").ended;
    expect(gone).toMatchObject({ code: 2, errors: expect.stringContaining("cannot be found") });
  });
});

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
