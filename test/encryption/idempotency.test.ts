import { json, StatefulFunctions, shape } from "statefun";
import { createClient } from "statefun/client";
import { encrypted } from "statefun/encryption";
import { createRuntime, memoryStore } from "statefun/runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { changingKeys, codeOf, secretText } from "./support.ts";

interface Card {
  number: string;
}

const ring = changingKeys("a", "a", "b");
const Card = encrypted(json("shop/card", shape<Card>()), ring);
const seen: unknown[] = [];
const functions = new StatefulFunctions();
const wallet = functions.bind("shop/wallet", { accepts: Card, replies: Card }, (context, card) => {
  seen.push(card);
  if (context.caller) context.reply(card);
});

let runtime: Awaited<ReturnType<typeof createRuntime>>;
beforeEach(async () => {
  ring.current = "a";
  seen.length = 0;
  runtime = await createRuntime({
    modules: functions,
    store: memoryStore(),
    http: { expose: "all", authenticate: "none", admin: { authenticate: () => true } },
    onError: () => {},
  });
});
afterEach(() => runtime.close());

const card = { number: secretText };
const clients = () => [
  ["in process", runtime],
  ["over HTTP", createClient({ url: "http://x", fetch: (request) => runtime.fetch(request) })],
];

describe("an encrypted message with an idempotency key", () => {
  it.each([0, 1])(
    "is one message, however often it is sent, over a new key too (%i)",
    async (at) => {
      const client = clients()[at]?.[1] as typeof runtime;
      const options = { idempotencyKey: "k" };
      expect(await client.send(wallet.at("1"), card, options)).toMatchObject({ duplicate: false });
      expect(await client.send(wallet.at("1"), card, options)).toMatchObject({ duplicate: true });
      ring.current = "b";
      expect(await client.send(wallet.at("1"), card, options)).toMatchObject({ duplicate: true });
      await runtime.idle();
      expect(seen).toEqual([card]);
      const call = { idempotencyKey: "c" };
      expect(await client.call(wallet.at("1"), card, call)).toEqual(card);
      expect(await client.call(wallet.at("1"), card, call)).toEqual(card);
      expect(seen).toEqual([card, card]);
    },
  );

  it("is refused with another length or type, and not distinguished from one that is as long", async () => {
    const options = { idempotencyKey: "k" };
    await runtime.send(wallet.at("1"), card, options);
    const longer = { number: `${secretText}1` };
    expect(await codeOf(runtime.send(wallet.at("1"), longer, options))).toBe(
      "idempotency_conflict",
    );
    const other = { number: [...secretText].reverse().join("") };
    expect(await runtime.send(wallet.at("1"), other, options)).toMatchObject({ duplicate: true });
    await runtime.idle();
    expect(seen).toEqual([card]);
  });
});

describe("JSON that is posted to a function of an encrypted type", () => {
  const url = "http://x/functions/shop/wallet/1";
  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
    runtime.fetch(new Request(url, { method: "POST", body, headers }));
  const asJson = { "content-type": "application/json" };
  const asBytes = {
    "content-type": "application/octet-stream",
    "statefun-type": "shop/card.encrypted",
  };

  it("is encrypted, once for each idempotency key", async () => {
    const keyed = { ...asJson, "idempotency-key": "k" };
    const body = JSON.stringify(card);
    const answers = [await post(body, keyed), await post(body, keyed)];
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    const receipts = await Promise.all(answers.map((one) => one.json()));
    expect(receipts).toMatchObject([{ duplicate: false }, { duplicate: true }]);
    await runtime.idle();
    expect(seen).toEqual([card]);
    const named = await post(body, { ...asJson, "statefun-type": "shop/card.encrypted" });
    expect(named.status).toBe(202);
  });

  it("is answered with the reply as it was encrypted", async () => {
    const answer = await post(JSON.stringify(card), { ...asJson, prefer: "wait=10" });
    expect([answer.status, answer.headers.get("statefun-type")]).toEqual([
      200,
      "shop/card.encrypted",
    ]);
    expect(answer.headers.get("content-type")).toBe("application/octet-stream");
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect(Buffer.from(bytes).includes(secretText)).toBe(false);
    expect((await post(bytes, asBytes)).status).toBe(202);
  });

  it("is refused where the type inside refuses it", async () => {
    expect((await post("{", asJson)).status).toBe(400);
    const plain = { ...asJson, "statefun-type": "shop/card" };
    expect((await post(JSON.stringify(card), plain)).status).toBe(400);
  });

  it("is refused as bytes that cannot be decrypted, so that no instance waits for their key", async () => {
    const bytes = (await Card.seal(card)).bytes as Uint8Array<ArrayBuffer>;
    expect((await post(bytes, asBytes)).status).toBe(202);
    const changed = Uint8Array.from(bytes, (byte, at) => (at === 40 ? byte ^ 1 : byte));
    expect((await post(changed, asBytes)).status).toBe(422);
    const unknown = Uint8Array.from(bytes, (byte, at) => (at === 2 ? "z".charCodeAt(0) : byte));
    expect((await post(unknown, asBytes)).status).toBe(503);
    expect((await post(new Uint8Array(5), asBytes)).status).toBe(422);
    await runtime.idle();
    expect(seen).toEqual([card]);
  });
});

describe("an operator", () => {
  const admin = async (method: string, path: string, body?: string, headers = {}) => {
    const all = { "statefun-admin": "1", ...headers };
    const init = { method, headers: all, ...(body === undefined ? {} : { body }) };
    const response = await runtime.fetch(new Request(`http://x/admin${path}`, init));
    const text = await response.text();
    return { status: response.status, text, etag: response.headers.get("etag") };
  };

  it("sees which key a message needs, and nothing of what it says", async () => {
    await runtime.send(wallet.at("1"), card, { delayMs: 60_000 });
    const { text } = await admin("GET", "/instances/shop/wallet/1");
    expect(text).toContain('"encryptedWith":"a"');
    expect(text).not.toContain(secretText);
    expect(text).not.toContain(Buffer.from(secretText).toString("base64").slice(0, 12));
  });

  it("sends JSON, which is encrypted, once for each key", async () => {
    const headers = { "content-type": "application/json", "idempotency-key": "k" };
    const path = "/send?function=shop%2Fwallet&id=1";
    const first = await admin("POST", path, JSON.stringify(card), headers);
    expect([first.status, JSON.parse(first.text).duplicate]).toEqual([202, false]);
    const second = await admin("POST", path, JSON.stringify(card), headers);
    expect([second.status, JSON.parse(second.text).duplicate]).toEqual([202, true]);
    await runtime.idle();
    expect(seen).toEqual([card]);
  });
});
