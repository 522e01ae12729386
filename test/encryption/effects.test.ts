import {
  anyValue,
  egress,
  json,
  keep,
  type Message,
  NonRetryableError,
  StatefulFunctions,
  string,
} from "statefun";
import { encrypted } from "statefun/encryption";
import { kafkaEgress } from "statefun/kafka";
import { createRuntime } from "statefun/runtime";
import { createTestRuntime } from "statefun/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { reasonOf } from "../../src/internal/show.ts";
import { codeOf, keys, secretText } from "./support.ts";

const Secret = encrypted(string, keys);
const Card = encrypted(json("shop/card", z.object({ number: z.string().max(19) })), keys);
const out = egress("shop/out", Secret);
const cards = egress("shop/cards", [Card, string]);
const kept = egress("shop/kept", Secret);
const topic = kafkaEgress("shop/topic");

const errors: string[] = [];
const delivered: unknown[] = [];
let runtime: Awaited<ReturnType<typeof createRuntime>>;
beforeEach(() => {
  errors.length = delivered.length = 0;
});
afterEach(() => runtime?.close());

const start = async (modules: StatefulFunctions) => {
  runtime = await createRuntime({
    modules,
    egresses: [
      out.to((records) => void delivered.push(...records.map(({ value }) => value))),
      cards.to((records) => void delivered.push(...records.map(({ value }) => value.value))),
      keep(kept),
    ],
    http: { expose: "all", authenticate: "none", admin: { authenticate: "none" } },
    onError: (error) => {
      for (let one = error; one !== undefined; one = Object(one).cause) errors.push(reasonOf(one));
    },
  });
};

describe("records of an encrypted type", () => {
  it("are delivered as they were emitted, and kept encrypted", async () => {
    const functions = new StatefulFunctions();
    const fn = functions.bind("shop/fn", { accepts: string }, async (context, message) => {
      context.emit(out, message);
      context.emit(out, Secret.of(message), { headers: { a: "b" } });
      context.emit(cards, Card.of({ number: message }));
      context.emit(cards, string.of("plain"));
      context.emit(kept, message);
    });
    await start(functions);
    await runtime.send(fn.at("1"), secretText);
    await runtime.idle();
    const all = [secretText, secretText, { number: secretText }, "plain"];
    await expect.poll(() => [...delivered].sort()).toEqual(all.sort());
    const records = await runtime.fetch(new Request("http://x/egresses/shop/kept"));
    const text = await records.text();
    expect(text).toContain('"encryptedWith":"2026-11"');
    expect(text).not.toContain(secretText);
  });

  it("for Kafka are sealed by their handler, which is configured so", async () => {
    const functions = new StatefulFunctions();
    const fn = functions.bind("shop/fn", { accepts: string }, async (context, message) => {
      const value = message === "now" ? Secret.of(secretText) : await Secret.seal(secretText);
      context.emit(topic, { topic: "secrets", key: "k", value });
    });
    const kit = await createTestRuntime(functions);
    await kit.send(fn.at("1"), "sealed");
    const [record] = kit.emitted(topic);
    expect(record?.value).toBeInstanceOf(Uint8Array);
    const bytes = record?.value as Uint8Array;
    expect(bytes[0]).toBe(1);
    await kit.send(fn.at("1"), "now");
    expect(await kit.deadLetters.list()).toMatchObject([
      { error: { message: expect.stringContaining("use await seal(value) of its type") } },
    ]);
    await kit.close();
  });
});

describe("a message of an encrypted type", () => {
  it("is one of a list, sent, replied, delayed and passed on", async () => {
    const functions = new StatefulFunctions();
    const seen: unknown[] = [];
    const last = functions.bind("shop/last", { accepts: [Card, Secret] }, (context, message) => {
      seen.push([message.typename, message.value, context.headers.get("from")]);
    });
    const relay = functions.bind("shop/relay", (context, message) => {
      context.send(last.at("1"), message as never);
      context.sendAfter(1, last.at("1"), message as never, { headers: { from: "relay" } });
    });
    await start(functions);
    await runtime.send(relay.at("1"), Secret.of(secretText));
    await runtime.send(relay.at("1"), await Card.seal({ number: "1" }));
    await expect.poll(() => seen).toHaveLength(4);
    expect(seen).toEqual(
      expect.arrayContaining([
        ["io.statefun.types/string.encrypted", secretText, undefined],
        ["io.statefun.types/string.encrypted", secretText, "relay"],
        ["shop/card.encrypted", { number: "1" }, undefined],
        ["shop/card.encrypted", { number: "1" }, "relay"],
      ]),
    );
  });

  it("is opened by a function that accepts anything, and not read without that", async () => {
    const functions = new StatefulFunctions();
    const seen: unknown[] = [];
    const stored = { accepts: undefined, state: { last: anyValue } };
    const any = functions.bind("shop/any", stored, async (context, message: Message) => {
      expect(message.is(Secret)).toBe(true);
      seen.push(await Secret.open(message));
      expect(() => message.as(Secret)).toThrow("use await open(message)");
      if (context.state.last) seen.push(await Secret.open(context.state.last));
      context.state.last = message;
    });
    await start(functions);
    for (const text of ["one", "two"]) await runtime.send(any.at("1"), Secret.of(text));
    await runtime.idle();
    expect([seen, errors]).toEqual([["one", "two", "one"], []]);
  });

  it("may be sent many times, each time with other bytes", async () => {
    const functions = new StatefulFunctions();
    const bytes: string[] = [];
    const fn = functions.bind("shop/fn", (_, message) => {
      bytes.push(String(message.bytes));
    });
    await start(functions);
    const message = Secret.of(secretText);
    await Promise.all([1, 2, 3].map(() => runtime.send(fn.at("1"), message)));
    await runtime.idle();
    expect(new Set(bytes).size).toBe(3);
    expect(message.value).toBe(secretText);
  });
});

describe("what is wrong with a value", () => {
  it("is never shown by its text: neither in errors, nor in dead letters", async () => {
    const functions = new StatefulFunctions();
    const long = `${secretText}${secretText}`;
    const bad = functions.bind(
      "shop/bad",
      { accepts: string, state: { card: Card } },
      (context) => {
        context.state.card = { number: long };
      },
    );
    const taken = functions.bind("shop/taken", { accepts: Card }, () => {
      throw new NonRetryableError("no");
    });
    await start(functions);
    await runtime.send(bad.at("1"), "go");
    await runtime.send(taken.at("1"), { number: secretText });
    await runtime.idle();
    const letters = await runtime.deadLetters.list();
    expect(letters.map(({ error }) => error)).toEqual([
      {
        code: "value_invalid",
        message:
          'state "card" of shop/bad: shop/card.encrypted: refused by shop/card; the reason is not shown, because it may quote the value',
      },
      { code: "non_retryable", message: "no" },
    ]);
    expect(await codeOf(runtime.send(taken.at("1"), { number: long }))).toBe("value_invalid");
    expect(errors.join()).not.toContain("4111");
    const [, letter] = letters;
    expect(await Card.open(letter?.message ?? expect.fail("none"))).toEqual({ number: secretText });
  });
});

describe("the test runtime", () => {
  it("runs encrypted functions, and tells how to look at them", async () => {
    const functions = new StatefulFunctions();
    const fn = functions.bind(
      "shop/fn",
      { accepts: Secret, replies: Secret, state: { last: Secret } },
      (context, message) => {
        context.emit(out, message);
        context.state.last = message;
        if (context.self.id === "2") return;
        context.sendAfter(1_000, fn.at("2"), message);
        context.reply(message);
      },
    );
    const kit = await createTestRuntime(functions, { crashProbability: 0.2, seed: 7 });
    expect(await kit.call(fn.at("1"), secretText)).toBe(secretText);
    await kit.advance(1_000);
    expect((await kit.instance(fn.at("2"))).state.last).toBe(secretText);
    expect(() => kit.state(fn.at("1"))).toThrow("use (await instance(address)).state");
    expect(() => kit.emitted(out)).toThrow('ask for those of egress("shop/out") without its types');
    const [record] = kit.emitted(egress("shop/out"));
    expect(await Secret.open(record ?? expect.fail("none"))).toBe(secretText);
    await kit.close();
  });
});
