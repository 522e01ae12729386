import { memoryStore, type Runtime } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import type { WrittenLine } from "../../src/export-format/writer.ts";
import { engineStoreOf } from "../../src/store/store-handle.ts";
import { openShop, shopFunctions } from "./support/shop.ts";
import { bytesOf, header, inPieces, parsed, storedExport } from "./support/stored.ts";

const text = "io.statefun.types/string";
const value = { type: text, bytes: "CgEx" };
const to = { function: "shop/later", id: "1" };
const account = { function: "shop/account", id: "1" };
const partition = { kind: "partition", name: "", lastNumber: 9 } as const;
const balance = { balance: { type: "io.statefun.types/int", bytes: "DQUAAAA=" } };
const message = { kind: "message", number: 1, to, message: value } as const;
const timer = {
  kind: "timer",
  ...{ number: 2, dueAt: 9e12, owner: "shop/account/1", token: "t", to: account, from: account },
  message: value,
} as const;
const key = {
  kind: "key",
  number: 1,
  to,
  key: "k",
  digest: "d",
  call: "c",
  expiresAt: 9e12,
} as const;

const exported = (...lines: readonly WrittenLine[]) => bytesOf([header, partition, ...lines]);

/** What an import into a runtime of it says, and that nothing has changed by it. */
async function refused(runtime: Runtime, bytes: Uint8Array, options = {}) {
  const before = await Promise.all(["1", "2"].map((id) => runtime.instance({ ...at(id) })));
  const error = await runtime.import(inPieces(bytes), options).then(
    () => undefined,
    (reason) => ({ code: reason.code, text: reason.message }),
  );
  const after = await Promise.all(["1", "2"].map((id) => runtime.instance({ ...at(id) })));
  expect(after).toEqual(before);
  return error;
}

const shop = shopFunctions();
const at = (id: string) => shop.account.at(id);

describe("an export that is refused", () => {
  const cases: readonly (readonly [string, () => Promise<Uint8Array>, RegExp])[] = [
    [
      "is cut off",
      async () => (await exported(message)).slice(0, -200),
      /^line \d of the export: the export (has no end line|ends within)/,
    ],
    [
      "waits for the engine itself",
      () => exported({ ...message, to: { function: "statefun/ingress", id: "1" } }),
      /^line 3 of the export: the target of a message that waits must not be statefun\/ingress/,
    ],
    [
      "has states of the engine",
      () => exported({ kind: "instance", function: "statefun/x", id: "1", states: balance }),
      /^line 3 of the export: an instance must not be statefun\/x/,
    ],
    [
      "has a token twice",
      () => exported(timer, { ...timer, number: 3 }),
      /^line 4 of the export: token "t" is in the export twice/,
    ],
    [
      "has a token of one instance twice, and says that they are of two",
      () => exported(timer, { ...timer, number: 3, owner: "shop/account/7" }),
      /^line 4 of the export: token "t" is in the export twice/,
    ],
    [
      "has a key twice",
      () => exported(key, { ...key, number: 2, call: "other" }),
      /^line 4 of the export: key "k" is in the export twice/,
    ],
    [
      "has a call twice",
      () => exported(key, { ...key, number: 2, key: "l" }),
      /^line 4 of the export: call "c" is in the export twice/,
    ],
    [
      "has a record and its dead letter",
      () =>
        exported(
          { kind: "record", number: 1, egress: "shop/x", from: to, record: value },
          {
            kind: "dead-letter",
            ...{ number: 1, to, message: value, code: "unknown_egress", reason: "x" },
            ...{ attempts: 0, failedAt: 1, egress: "shop/x" },
          },
        ),
      /^line 4 of the export: record 1 is in the export twice/,
    ],
    [
      "has an instance in two partitions",
      () =>
        exported(
          { kind: "instance", ...account, states: balance },
          { ...partition, name: "b" },
          { kind: "instance", ...account, states: balance },
        ),
      /^line 5 of the export: shop\/account "1" is in another partition of the export too/,
    ],
    [
      "has more numbers than there is room for",
      () => bytesOf([header, { ...partition, lastNumber: 2 ** 52 + 1 }]),
      /4503599627370497/,
    ],
    [
      "is of a time that no engine has",
      () => bytesOf([{ ...header, time: 2 ** 53 - 1 }, partition]),
      /time/,
    ],
    [
      "says how far an import is",
      () => exported({ kind: "position", source: "statefun/import", position: "{}" }),
      /^line 3 of the export: .*statefun\/import/,
    ],
  ];

  it.each(cases)("because it %s changes nothing, and names the line", async (_, make, expected) => {
    const store = memoryStore();
    const runtime = await openShop(shop, { store });
    await runtime.send(at("2"), "open");
    await runtime.idle();
    const error = await refused(runtime, await make());
    expect(error?.text).toMatch(expected);
    expect(["invalid_argument", "limit_exceeded"]).toContain(error?.code);
    // It runs as before.
    expect(await runtime.call(at("2"), "ask")).toBe(100);
    await runtime.close({ drainMs: 0 });
  });

  it.each([
    ["an instance", { kind: "instance", ...account, states: balance }, 'shop/account "1" is here'],
    ["a key", { ...key, to: account }, 'idempotency key "k" of shop/account "1" is here'],
    ["a timer of an instance", timer, 'shop/account "1" is here'],
    ["a message for an instance", { ...message, to: account }, 'shop/account "1" is here'],
  ] as const)("because %s is here already names the first line", async (_, line, what) => {
    const runtime = await openShop(shop);
    await runtime.send(at("1"), "open", { idempotencyKey: "k" });
    await runtime.idle();
    const error = await refused(runtime, await exported(line));
    expect(error?.code).toBe("conflict");
    expect(error?.text).toMatch(new RegExp(`^line 3 of the export: ${what}`));
    await runtime.close({ drainMs: 0 });
  });

  it("counts what else is here", async () => {
    const runtime = await openShop(shop);
    await Promise.all(["1", "2", "3"].map((id) => runtime.send(at(id), "open")));
    await runtime.idle();
    const ids = ["0", "1", "2", "3"];
    const error = await refused(
      runtime,
      await exported(
        ...ids.map((id) => ({ kind: "instance", ...account, id, states: balance }) as const),
      ),
    );
    expect(error?.text).toContain(
      'line 4 of the export: shop/account "1" is here already, and so are 2 others',
    );
    await runtime.close({ drainMs: 0 });
  });

  it("is not the one that is at work: a second one has to wait", async () => {
    const runtime = await openShop(shop);
    const [first, second] = await Promise.allSettled([
      runtime.import(inPieces(await exported(message))),
      runtime.import(inPieces(await exported())),
    ]);
    expect(first.status).toBe("fulfilled");
    expect(second).toMatchObject({ status: "rejected", reason: { code: "busy" } });
    await runtime.close({ drainMs: 0 });
  });

  it.each([
    ["no stream", "text", {}],
    ["an unknown option", inPieces(new Uint8Array()), { overwrite: true }],
    ["no number", inPieces(new Uint8Array()), { maxLineBytes: "1" }],
    ["pieces of text", textPieces(), {}],
  ])("for %s, before anything is read", async (_, stream, options) => {
    const runtime = await openShop(shop);
    await expect(runtime.import(stream as never, options as never)).rejects.toMatchObject({
      code: "invalid_argument",
    });
    await runtime.close({ drainMs: 0 });
  });

  it("because a line is longer than it may be", async () => {
    const runtime = await openShop(shop);
    const error = await refused(runtime, await exported(message), { maxLineBytes: 100 });
    expect(error).toMatchObject({ code: "limit_exceeded" });
    await runtime.close({ drainMs: 0 });
  });
});

async function* textPieces() {
  yield "text";
}

describe("an import with replace", () => {
  it("puts states, waiting messages, timers and keys in the place of those that are here", async () => {
    const store = memoryStore();
    const before = await openShop(shop, { store, paused: true });
    await before.send(shop.later.at("1"), "old");
    await before.send(shop.later.at("2"), "kept");
    await before.close();
    const without = shopFunctions({ withLater: false });
    const target = await openShop(without, { store });
    await target.send(at("1"), "open", { idempotencyKey: "k" });
    await target.send(at("2"), "open");
    await target.send(at("3"), "open");
    await target.send(at("1"), "give 0 0", { delayMs: 3_600_000 });
    await target.idle();
    const bytes = await exported(
      { kind: "instance", ...account, states: balance },
      message,
      { ...message, number: 3, message: { ...value, bytes: "CgEy" } },
      { ...timer, number: 4 },
      { ...key, to: account, call: "new" },
    );
    await target.import(inPieces(bytes), { replace: true });
    await target.idle();
    const first = await target.instance(at("1"));
    expect(first.state).toEqual({ balance: 5 });
    expect(first.timers).toHaveLength(1);
    expect((await target.instance(at("2"))).state.balance).toBe(100);
    await target.close({ drainMs: 0 });

    const next = await openShop(shop, { store });
    await next.idle();
    // Its own message to the first one was waiting too, and was replaced.
    expect((await next.instance(shop.later.at("1"))).state.order).toBe("1 2 ");
    expect((await next.instance(shop.later.at("2"))).state.order).toBe("kept ");
    await next.close({ drainMs: 0 });
  });

  it("replaces an instance of which the export has a message alone", async () => {
    const runtime = await openShop(shop);
    await runtime.send(shop.later.at("1"), "old");
    await runtime.idle();
    await runtime.import(inPieces(await exported(message)), { replace: true });
    await runtime.idle();
    expect((await runtime.instance(shop.later.at("1"))).state).toEqual({ seen: 1, order: "1 " });
    await runtime.close({ drainMs: 0 });
  });
});

describe("an import into a store that has other things", () => {
  it("gives a timer to the instance that has set it, whoever the export says can cancel it", async () => {
    const runtime = await openShop(shop);
    await runtime.send(at("2"), "open");
    await runtime.idle();
    const other = { function: "shop/account", id: "12" };
    const wrong = { ...timer, token: "fee-2", owner: "shop/account/2" };
    const token = { ...timer, number: 3, to: other, from: other, token: "fee-12" };
    const { owner: _, ...without } = token;
    await runtime.import(inPieces(await exported(wrong, without)));
    // Its own timer has that token too.
    expect((await runtime.instance(at("2"))).timers).toHaveLength(1);
    await runtime.send(at("12"), "cancel");
    await runtime.idle();
    expect((await runtime.instance(at("12"))).timers).toHaveLength(0);
    expect((await runtime.instance(at("1"))).timers).toHaveLength(1);
    await runtime.close({ drainMs: 0 });
  });

  it("takes a key whose namesake here has expired, though nothing has swept it yet", async () => {
    const store = memoryStore();
    const runtime = await openShop(shop, { store, paused: true });
    const expiresAt = Date.now() + 1_000;
    await runtime.import(inPieces(await exported({ ...key, expiresAt })));
    await expect.poll(() => Date.now()).toBeGreaterThan(expiresAt);
    expect(engineStoreOf(store).accepted({ typename: to.function, id: to.id }, "k")).toBeDefined();
    await runtime.import(inPieces(await exported({ ...key, call: "new" })));
    await runtime.close();
    const keys = parsed(await storedExport(store)).filter(({ kind }) => kind === "key");
    expect(keys).toMatchObject([{ call: "new", expiresAt: 9e12 }]);
  });

  it("gives what comes numbers behind those that were given, partition after partition", async () => {
    const store = memoryStore();
    const here = await openShop(shop, { store, paused: true });
    await here.send(shop.later.at("9"), "here");
    const bytes = await bytesOf([
      header,
      { ...partition, lastNumber: 10 },
      { ...message, number: 7 },
      { ...partition, name: "b", lastNumber: 5 },
      { ...message, number: 4, to: { ...to, id: "2" } },
    ]);
    await here.import(inPieces(bytes));
    await here.send(shop.later.at("9"), "later");
    await here.close();
    const numbers = parsed(await storedExport(store))
      .filter(({ kind }) => kind === "message")
      .map(({ number }) => number);
    expect(numbers).toEqual([1, 8, 15, 17]);
  });

  it("goes on at the time of the export, where that is later", async () => {
    const store = memoryStore();
    const here = await openShop(shop, { store, paused: true });
    const time = Date.now() + 7_200_000;
    await here.import(inPieces(await bytesOf([{ ...header, time }, partition])));
    await here.send(shop.later.at("9"), "here", { delayMs: 1_000 });
    await here.close();
    const timer = parsed(await storedExport(store)).find(({ kind }) => kind === "timer");
    expect(Number(timer?.["dueAt"])).toBeGreaterThanOrEqual(time + 1_000);
  });
});
