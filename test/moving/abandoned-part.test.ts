import { StatefulFunctions } from "statefun";
import { afterEach, describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/contract/engine.ts";
import type { ImportedThing } from "../../src/engine/contract/moving.ts";
import type { CommitWindow, LinkStore } from "../../src/engine/contract/store.ts";
import { abandonPart } from "../../src/engine/moving/abandon-part.ts";
import { importPart } from "../../src/engine/moving/import-part.ts";
import type { WireAddress } from "../../src/model/invocation.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import { order } from "../engine/actions/support.ts";
import { startPartition } from "../engine/support/partition.ts";
import { objectStore } from "../store/changed-driver.ts";
import { message, value } from "../store/records.ts";
import { linkStoreOf } from "../store/subject.ts";
import { temporaryFiles } from "../store/temporary.ts";

const sha256 = "0".repeat(64);
const newPath = temporaryFiles();
const target = { typename: "at/none", id: "1" };
const engines: Engine[] = [];

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close(0);
});

const stores = {
  memory: () => linkStoreOf(memoryStore()),
  object: () => linkStoreOf(objectStore(newPath())),
};

const stateOf = (address: WireAddress): ImportedThing => ({
  kind: "instance",
  address,
  states: new Map([["text", { value: value("a state"), expiresAt: undefined }]]),
});
const messageTo = (number: number): ImportedThing => ({
  kind: "message",
  record: message(number, { target }),
});
const pauseOf = (who: string, since: number): ImportedThing => ({
  kind: "pause",
  record: { ...target, since, who, why: undefined },
});

/** A partition that nothing runs in, and an import into it. */
async function opened(store: LinkStore, onWindow: (window: CommitWindow) => void = () => {}) {
  const commit = store.commit.bind(store);
  store.commit = (window) => {
    onWindow(window);
    return commit(window);
  };
  const engine = await startPartition({ functions: new StatefulFunctions(), store });
  engines.push(engine);
  const { partition } = engine;
  const part = (isCheck: boolean, first: number, things: readonly ImportedThing[]) => {
    const lines = things.map((thing, index) => ({ line: first + index, thing }));
    return importPart(partition, { sha256, lines, replace: false, isCheck });
  };
  return {
    ...{ engine, store },
    check: (first: number, ...things: readonly ImportedThing[]) => part(true, first, things),
    write: (first: number, ...things: readonly ImportedThing[]) => part(false, first, things),
    abandon: (isCheck = false) => abandonPart(partition, { sha256, isCheck }),
    pause: () => partition.pauses.get(target),
  };
}

describe.each(["memory", "object"] as const)("a part of an import, in a %s store,", (kind) => {
  it("that comes after the import was abandoned is refused until all is checked again", async () => {
    const { store, check, write, abandon } = await opened(stores[kind]());
    const numbers = () => store.messages(0, 10).length;
    await write(2, messageTo(1), messageTo(2));
    expect(await abandon()).toBe(true);
    const late = { code: "conflict", message: expect.stringContaining("check all of it again") };
    await expect(write(4, messageTo(3))).rejects.toMatchObject(late);
    await expect(write(2, messageTo(1))).rejects.toMatchObject(late);
    expect(await abandon()).toBe("before");
    expect(numbers()).toBe(0);
    await check(2, messageTo(1), messageTo(2), messageTo(3));
    expect(numbers()).toBe(0);
    await write(2, messageTo(1), messageTo(2));
    await write(4, messageTo(3));
    expect(numbers()).toBe(3);
    expect(await abandon()).toBe(true);
    expect(numbers()).toBe(0);
  });

  it("is taken away so that states are last, by which it is found again", async () => {
    const windows: CommitWindow[] = [];
    const { store, write, abandon } = await opened(stores[kind](), (window) => {
      windows.push(window);
    });
    const things = Array.from({ length: 2_500 }, (_, index) => messageTo(index + 1));
    await write(2, stateOf(target), ...things);
    windows.length = 0;
    expect(await abandon()).toBe(true);
    const withStates = windows.flatMap(({ cells }, index) => (cells.length > 0 ? [index] : []));
    expect(windows.length).toBeGreaterThan(2);
    expect(withStates).toEqual([windows.length - 1]);
    expect(store.messages(0, 10)).toEqual([]);
    expect(store.stateNames(target)).toEqual([]);
  });

  it("ends its pause when it is abandoned, and no other one", async () => {
    const { write, abandon, pause } = await opened(stores[kind]());
    await write(2, pauseOf("ann", 7));
    expect(pause()).toMatchObject({ who: "ann", since: 7 });
    expect(await abandon()).toBe(true);
    expect(pause()).toBeUndefined();
    const again = await opened(stores[kind]());
    await again.write(2, pauseOf("ann", 7));
    await order(again.engine, { kind: "resume", ...target });
    await order(again.engine, { kind: "pause", ...target });
    expect(again.pause()).toMatchObject({ who: "operator" });
    expect(await again.abandon()).toBe(true);
    expect(again.pause()).toMatchObject({ who: "operator" });
  });

  it("leaves a pause that is there as it is", async () => {
    const { engine, write, abandon, pause } = await opened(stores[kind]());
    await order(engine, { kind: "pause", ...target });
    const before = pause();
    expect(before).toMatchObject({ who: "operator", why: "because" });
    await write(2, pauseOf("ann", 7), messageTo(1));
    expect(pause()).toEqual(before);
    expect(await abandon()).toBe(true);
    expect(pause()).toEqual(before);
  });

  it("has ids of more than 256 bytes, and leaves those that are not its own", async () => {
    const long = (text: string) => ({ typename: "at/none", id: text.repeat(300) });
    const { engine, store, write, abandon } = await opened(stores[kind]());
    // As another import has brought it, which is complete.
    const lines = [{ line: 2, thing: stateOf(long("other")) }];
    const other = { sha256: "1".repeat(64), lines, replace: false, isCheck: false };
    await importPart(engine.partition, other);
    await write(2, stateOf(long("first")), stateOf(target));
    await write(4, stateOf(long("second")), messageTo(1));
    expect(await abandon(true)).toBe(true);
    expect(await abandon()).toBe(true);
    for (const address of [long("first"), long("second"), target]) {
      expect(store.stateNames(address)).toEqual([]);
    }
    expect(store.messages(0, 10)).toEqual([]);
    expect(store.stateNames(long("other"))).toEqual(["text"]);
  });
});

it("an import of ids of more than 256 bytes is abandoned after a crash in the middle", async () => {
  const path = newPath();
  const named = Array.from({ length: 2_500 }, (_, index) => {
    const address = { typename: "at/none", id: `${index} ${"x".repeat(300)}` };
    return { address, thing: stateOf(address) };
  });
  let left = Number.POSITIVE_INFINITY;
  const dying = await opened(linkStoreOf(objectStore(path)), () => {
    if (--left < 0) throw Object.assign(new Error("the process has died"), { isFinal: true });
  });
  await dying.write(2, ...named.map(({ thing }) => thing), messageTo(1));
  left = 2;
  await expect(dying.abandon()).rejects.toThrow("died");
  await engines
    .pop()
    ?.close(0)
    .catch(() => {});
  const { store, check, abandon } = await opened(linkStoreOf(objectStore(path)));
  const count = () => named.filter(({ address }) => store.stateNames(address).length > 0).length;
  expect(count()).toBeGreaterThan(0);
  expect(count()).toBeLessThan(named.length);
  await expect(check(2, messageTo(1))).rejects.toThrow("is being abandoned");
  expect(await abandon()).toBe(true);
  expect(count()).toBe(0);
});
