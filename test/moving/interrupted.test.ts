import { memoryStore } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import type { Store as EngineStore } from "../../src/engine/contract/store.ts";
import { engineStoreOf, type Store } from "../../src/store/store-handle.ts";
import { overridden } from "../../src/testing/crash-points.ts";
import { importHalf } from "./support/half-import.ts";
import { openShop, shopFunctions } from "./support/shop.ts";
import { bodyOf, bytesOf, header, inPieces, parsed, storedExport } from "./support/stored.ts";

const shop = shopFunctions();
const partition = { kind: "partition", name: "", lastNumber: 9_000 } as const;
const balance = { balance: { type: "io.statefun.types/int", bytes: "DQUAAAA=" } };
const later = { function: "shop/later", id: "1" };
const message = {
  ...({ kind: "message", number: 1, to: later } as const),
  message: { type: "io.statefun.types/string", bytes: "CgEx" },
};

const instancesTo = (count: number) =>
  Array.from({ length: count }, (_, n) => {
    const id = `${n}`.padStart(5, "0");
    return { kind: "instance", function: "shop/account", id, states: balance } as const;
  });

/** Of which no more comes than this. */
function stalled(first: Uint8Array) {
  let stream = new ReadableStream<Uint8Array>();
  const cancelled = new Promise<unknown>((cancel) => {
    stream = new ReadableStream({ start: (controller) => controller.enqueue(first), cancel });
  });
  return { stream, cancelled };
}

/** The same, which cannot be told to end. */
async function* endless(first: Uint8Array): AsyncGenerator<Uint8Array> {
  yield first;
  await new Promise(() => {});
}

describe("an import of which no more comes", () => {
  /** What is said of the first lines, a moment later. */
  const begun = (run: () => unknown) => ({ onProgress: () => void setTimeout(run, 20) });
  const first = async () => (await bytesOf([header, partition, message])).slice(0, -20);

  it("is ended by its signal, and lets go of the stream", async () => {
    const runtime = await openShop(shop);
    const { stream, cancelled } = stalled(await first());
    for (const given of [stream, endless(await first())]) {
      const aborter = new AbortController();
      const { signal } = aborter;
      const abort = () => aborter.abort(new RangeError("enough"));
      await expect(runtime.import(given, { signal, ...begun(abort) })).rejects.toThrow("enough");
    }
    expect(await cancelled).toMatchObject({ message: "enough" });
    expect(stream.locked).toBe(false);
    // The next one has not to wait.
    await runtime.import(inPieces(await bytesOf([header, partition, message])));
    await runtime.close({ drainMs: 0 });
  });

  it("holds up no close", async () => {
    for (const given of [stalled(await first()).stream, endless(await first())]) {
      const runtime = await openShop(shop);
      const imported = runtime.import(
        given,
        begun(() => runtime.close({ drainMs: 0 })),
      );
      await expect(imported).rejects.toMatchObject({ code: "draining" });
      await runtime.close();
    }
  });
});

interface Disk {
  /** Commits that it has room for. */
  room: number;
  readonly onRefused: () => void;
}

function fillingStore(store: Store, disk: Disk): Store {
  return {
    "~store": (): EngineStore => {
      const inner = engineStoreOf(store);
      return overridden<EngineStore, EngineStore>(inner, {
        commit(window) {
          if (disk.room-- <= 0) {
            disk.onRefused();
            throw new Error("no room");
          }
          inner.commit(window);
        },
      });
    },
  };
}

it("ends while the store refuses, and is completed when there is room", async () => {
  const store = memoryStore();
  const bytes = await bytesOf([header, partition, ...instancesTo(6_000), message]);
  for (const room of [0, 1, 2]) {
    const aborter = new AbortController();
    const onRefused = () => void setTimeout(() => aborter.abort(new RangeError("enough")), 20);
    const disk: Disk = { room: 1_000, onRefused };
    const runtime = await openShop(shop, { store: fillingStore(store, disk), paused: true });
    const imported = runtime.import(inPieces(bytes), {
      signal: aborter.signal,
      onProgress({ phase }) {
        if (phase === "check") disk.room = room;
      },
    });
    await expect(imported).rejects.toThrow("enough");
    disk.room = 1_000;
    await runtime.close();
  }
  const runtime = await openShop(shop, { store, paused: true });
  await runtime.import(inPieces(bytes));
  await runtime.close();
  expect(bodyOf(await storedExport(store))).toBe(bodyOf(bytes));
});

it("goes on with the choice to replace that it began with", async () => {
  const store = memoryStore();
  const runtime = await openShop(shop, { store });
  const last = shop.account.at("9");
  await runtime.send(last, "open", { idempotencyKey: "k" });
  await runtime.send(last, "give 0 0", { delayMs: 3_600_000 });
  await runtime.idle();
  const bytes = await bytesOf([
    header,
    partition,
    ...instancesTo(3_000),
    { kind: "instance", function: "shop/account", id: "9", states: balance },
    message,
    {
      ...({
        kind: "timer",
        number: 2,
        dueAt: 9e12,
        owner: "shop/account/9",
        token: "new",
      } as const),
      ...{ to: { function: "shop/account", id: "9" }, from: { function: "shop/account", id: "9" } },
      message: message.message,
    },
  ]);
  await importHalf(runtime, inPieces(bytes, 10_000), { replace: true });
  await runtime.import(inPieces(bytes));
  const { timers, state } = await runtime.instance(last);
  expect(state).toEqual({ balance: 5 });
  expect(timers).toHaveLength(1);
  await runtime.close({ drainMs: 0 });
});

it("exports nothing of a store that has half of an import", async () => {
  const store = memoryStore();
  const runtime = await openShop(shop, { store });
  const bytes = await bytesOf([header, partition, ...instancesTo(3_000)]);
  await importHalf(runtime, inPieces(bytes, 10_000));
  const { sha256 } = parsed(bytes).at(-1) ?? {};
  await expect(new Response(runtime.export()).text()).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining(`import ${sha256} is unfinished`),
  });
  await runtime.import(inPieces(bytes));
  expect(bodyOf(await new Response(runtime.export({ values: false })).bytes())).toBe(bodyOf(bytes));
  await runtime.close({ drainMs: 0 });
});

it("opens no snapshot for a reader that has cancelled before the first piece", async () => {
  const open = new Set<unknown>();
  const store = memoryStore();
  const counting: Store = {
    "~store": (): EngineStore => {
      const inner = engineStoreOf(store);
      return overridden<EngineStore, EngineStore>(inner, {
        async snapshot() {
          const snapshot = await inner.snapshot?.();
          if (snapshot === undefined) throw new TypeError("the store has no snapshots");
          open.add(snapshot);
          const close = snapshot.close.bind(snapshot);
          snapshot.close = () => {
            open.delete(snapshot);
            close();
          };
          return snapshot;
        },
      });
    },
  };
  const runtime = await openShop(shop, { store: counting });
  for (let turns = 0; turns < 12; turns++) {
    const reader = runtime.export().getReader();
    const first = reader.read();
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    await reader.cancel();
    await first;
  }
  // What has begun to open is closed when it is open.
  await expect.poll(() => open.size).toBe(0);
  await runtime.close({ drainMs: 0 });
});
