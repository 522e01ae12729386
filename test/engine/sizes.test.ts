import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { address, bytes, egress, StatefulFunctions, string } from "statefun";
import { kafkaEgress } from "statefun/kafka";
import { describe, expect, it } from "vitest";
import { sizeOf } from "../../src/engine/commit/pending-message.ts";
import { messageBytes, textBytes } from "../../src/model/message-bytes.ts";
import { hosted, stores } from "./support/stores.ts";

const blob = bytes("sizes/blob");
const limit = 10_000;
const long = "x".repeat(limit);

describe("the size of a message", () => {
  it.each(["", "abc", "é", "ﬀ", "🙂", "a🙂b", "\u07ff\u0800\uffff", "x".repeat(1_000)])(
    "has %s as its UTF-8",
    (text) => {
      expect(textBytes(text)).toBe(new TextEncoder().encode(text).length);
    },
  );

  it("has everything that is stored and sent", () => {
    const headers = [
      { key: "é", value: new Uint8Array(7) },
      { key: "b", value: undefined },
    ];
    const value = { typename: "a/b", bytes: new Uint8Array(5), headers };
    expect(messageBytes(value)).toBe(3 + 5 + 2 + 7 + 1 + 2 * 32);
    const target = { typename: "c/d", id: "é" };
    expect(messageBytes(value, target, undefined, target)).toBe(82 + 5 + 5);
    expect(sizeOf({ argument: value, target, caller: target })).toBe(92 + 600);
  });
});

/** Messages of which another part than the value is too long. */
type Part = readonly [name: string, id: string, headers: Record<string, string>];
const parts: readonly Part[] = [
  ["its headers", "1", { a: long }],
  ["the name of a header", "1", { [long]: "" }],
  [
    "many headers",
    "1",
    Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`h${n}`, "v"])),
  ],
  ["its id", "é".repeat(limit / 2), {}],
];

describe.each(stores)("maxMessageBytes on $name", (store) => {
  const host = hosted(store);

  function program() {
    const functions = new StatefulFunctions();
    const heard: string[] = [];
    functions.bind("sizes/hears", (context) => void heard.push(context.self.id));
    const sends = functions.bind("sizes/sends", { accepts: string }, (context, part) => {
      const [, id = "", headers = {}] = parts.find(([name]) => name === part) ?? [];
      const to = address("sizes/hears", id);
      if (part.startsWith("later ")) context.sendAfter(1, to, string.of(""), { headers });
      context.send(to, string.of(""), { headers });
    });
    return { functions, sends, heard };
  }

  it.each(parts)("counts %s, from outside and from functions", async (name, id, headers) => {
    const { functions, sends, heard } = program();
    const runtime = await host.start(functions, { limits: { maxMessageBytes: limit } });
    const to = address("sizes/hears", id);
    for (const work of [
      runtime.send(to, string.of(""), { headers }),
      runtime.send(to, string.of(""), { headers, delayMs: 5 }),
      runtime.call(to, string.of(""), { headers }),
    ]) {
      await expect(work).rejects.toMatchObject({ code: "limit_exceeded" });
    }
    await runtime.send(sends.at("1"), name);
    await runtime.idle();
    expect((await runtime.deadLetters.list()).map(({ error }) => error.code)).toEqual([
      "limit_exceeded",
    ]);
    expect(heard).toEqual([]);
  });

  it("counts the headers and the key of a record", async () => {
    const functions = new StatefulFunctions();
    const emits = functions.bind("sizes/emits", { accepts: string }, (context, what) => {
      if (what === "key")
        context.emit(kafkaEgress("a/kafka"), { topic: "t", key: long, value: "" });
      else context.emit(egress("a/out", string), "", { headers: { a: long } });
    });
    const runtime = await host.start(functions, { limits: { maxMessageBytes: limit } });
    await runtime.send(emits.at("1"), "key");
    await runtime.send(emits.at("1"), "headers");
    await runtime.idle();
    expect((await runtime.deadLetters.list()).map(({ error }) => error.code)).toEqual([
      "limit_exceeded",
      "limit_exceeded",
    ]);
  });

  it("holds names by themselves: an address, a typename, an idempotency key", async () => {
    const { functions, sends } = program();
    const relay = functions.bind("sizes/relay", { accepts: string }, (context, id) =>
      context.send(address("sizes/hears", id.repeat(16_384)), string.of("")),
    );
    const runtime = await host.start(functions);
    const most = "x".repeat(16_384 - "sizes/hears".length);
    await runtime.send(address("sizes/hears", most), blob.of(new Uint8Array()));
    const refused = (work: Promise<unknown>, limit: string) =>
      expect(work).rejects.toMatchObject({
        code: "limit_exceeded",
        message: expect.stringContaining(limit),
      });
    const over = address("sizes/hears", `${most}x`);
    await refused(runtime.send(over, blob.of(new Uint8Array())), "maxAddressBytes (16384)");
    const key = { idempotencyKey: "k".repeat(1_025) };
    await refused(runtime.send(sends.at("1"), "", key), "maxKeyBytes (1024)");
    await refused(runtime.call(sends.at("1"), "", key), "maxKeyBytes (1024)");
    expect(() => address(`a/${"b".repeat(1_023)}`, "")).toThrow(/at most/);
    await runtime.send(relay.at("1"), "x");
    await runtime.idle();
    const [letter] = await runtime.deadLetters.list();
    expect(letter?.error).toMatchObject({
      code: "limit_exceeded",
      message: expect.stringContaining("maxAddressBytes (16384)"),
    });
  });
});

describe("what waits in memory", () => {
  const host = hosted({ isFile: false });

  it("is counted with its names: half a gigabyte of them is all", async () => {
    const runtime = await host.start(new StatefulFunctions(), { limits: { maxMailbox: 1e9 } });
    const functions = new StatefulFunctions();
    functions.bind("sizes/parked", async () => new Promise(() => {}));
    const again = await host.start(functions, { timeoutMs: 60_000 });
    void runtime;
    const header = { a: "x".repeat(15_000_000) };
    const send = (n: number) =>
      again.send(address("sizes/parked", `${n}`), string.of(""), { headers: header });
    let taken = 0;
    const error = await (async () => {
      for (; taken < 100; taken++) await send(taken);
    })().catch((one) => one);
    expect(error).toMatchObject({ code: "unavailable" });
    expect(taken).toBeGreaterThan(30);
    expect(taken).toBeLessThan(40);
  });

  it("forgets idle instances by the bytes of their ids", async () => {
    const functions = new StatefulFunctions();
    functions.bind("sizes/idle", () => {});
    const runtime = await host.start(functions);
    const count = 12_000;
    const id = (n: number) => `${"x".repeat(14_000)}${n}`;
    const before = heap();
    for (let from = 0; from < count; from += 500) {
      const some = Array.from({ length: 500 }, (_, n) =>
        runtime.send(address("sizes/idle", id(from + n)), string.of("")),
      );
      await Promise.all(some);
    }
    await runtime.idle();
    // All of them would be 168 MB: 64 MiB stay, and what the last windows brought.
    expect(heap() - before).toBeLessThan(110_000_000);
  });
});

function heap(): number {
  setFlagsFromString("--expose_gc");
  const collect: () => void = runInNewContext("gc");
  collect();
  return process.memoryUsage().heapUsed;
}
