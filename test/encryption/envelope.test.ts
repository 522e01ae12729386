import fc from "fast-check";
import { bytes, double, int, json, shape, string } from "statefun";
import { encrypted, encryptionKeys } from "statefun/encryption";
import { describe, expect, it } from "vitest";
import { messageFromWire } from "../../src/sdk/types/message.ts";
import { codeOf, keys, messageOf, rawKey, secretText } from "./support.ts";

const Card = encrypted(json("shop/card", shape<{ number: string }>()), keys);
const card = { number: secretText };

describe("an encrypted value", () => {
  it("is read as it was given, whatever it is", async () => {
    const Any = encrypted(json("shop/any", shape<unknown>()), keys);
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect(await Any.open(messageOf(await Any.seal(value)))).toEqual(value);
      }),
    );
    for (const [type, value] of [
      [string, ""],
      [string, "x".repeat(100_000)],
      [int, -1],
      [double, Number.NaN],
      [bytes("shop/bytes"), new Uint8Array()],
    ] as const) {
      const secret = encrypted(type as typeof string, keys);
      expect(await secret.open(messageOf(await secret.seal(value as string)))).toEqual(value);
    }
  });

  it("has the typename of the type inside, with .encrypted behind it", async () => {
    expect(Card.typename).toBe("shop/card.encrypted");
    expect((await Card.seal(card)).typename).toBe("shop/card.encrypted");
  });

  it("is version, key id, nonce, ciphertext and tag", async () => {
    const { bytes: all } = await Card.seal(card);
    const plain = JSON.stringify(card).length;
    expect([...all.subarray(0, 9)]).toEqual([1, 7, ...new TextEncoder().encode("2026-11")]);
    expect(all).toHaveLength(2 + 7 + 12 + plain + 16);
    const key = await crypto.subtle.importKey("raw", rawKey(1) as never, "AES-GCM", false, [
      "decrypt",
    ]);
    const typename = new TextEncoder().encode("shop/card.encrypted");
    const additionalData = new Uint8Array([...all.subarray(0, 9), ...typename]);
    const algorithm = { name: "AES-GCM", iv: all.slice(9, 21), additionalData };
    const opened = await crypto.subtle.decrypt(algorithm, key, all.slice(21));
    expect(JSON.parse(new TextDecoder().decode(opened))).toEqual(card);
  });

  it("never has the same bytes twice, nor what it holds", async () => {
    const made = await Promise.all(Array.from({ length: 100 }, () => Card.seal(card)));
    expect(new Set(made.map(({ bytes: all }) => String(all))).size).toBe(100);
    for (const { bytes: all } of made) {
      expect(Buffer.from(all).includes(secretText)).toBe(false);
    }
  });

  it("is refused after a change of any bit, any cut, and anything behind it", async () => {
    const { bytes: all } = await Card.seal(card);
    const read = (changed: Uint8Array) =>
      codeOf(Card.open(messageFromWire({ typename: Card.typename, bytes: changed, headers: [] })));
    expect(await read(all)).toBe("no error");
    for (let at = 0; at < all.length; at++) {
      for (const bit of [0, 3, 7]) {
        const changed = new Uint8Array(all);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        // Another id, or one of another length, is that of a key which is not there.
        const isId = at >= 1 && at < 9;
        const codes = isId ? ["unavailable", "message_undecodable"] : ["message_undecodable"];
        expect(codes, `bit ${bit} of byte ${at}`).toContain(await read(changed));
      }
      expect(await read(all.slice(0, at))).toBe("message_undecodable");
    }
    expect(await read(new Uint8Array([...all, 0]))).toBe("message_undecodable");
  });

  it("is refused under another typename, and under another id of the same key", async () => {
    const Other = encrypted(json("shop/other", shape<{ number: string }>()), keys);
    const wire = { bytes: (await Card.seal(card)).bytes, headers: [] };
    const as = (typename: string) => messageFromWire({ typename, ...wire });
    expect(await codeOf(Other.open(as("shop/card.encrypted")))).toBe("message_undecodable");
    expect(await codeOf(Other.open(as("shop/other.encrypted")))).toBe("message_undecodable");
    const both = { "2026-11": rawKey(1), "2026-12": rawKey(1) };
    const twice = encryptionKeys({ current: "2026-11", keys: both });
    const Twice = encrypted(json("shop/card", shape<{ number: string }>()), twice);
    const renamed = new Uint8Array(wire.bytes);
    renamed[8] = "2".charCodeAt(0);
    const message = messageFromWire({ ...wire, typename: Card.typename, bytes: renamed });
    expect(await codeOf(Twice.open(message))).toBe("message_undecodable");
  });

  it("has no bytes before it is encrypted, and says what to do", () => {
    const sent = Card.of(card);
    expect(sent.value).toEqual(card);
    expect(() => sent.bytes).toThrow("use await seal(value) of its type");
    expect(new Set(Card.encode(card))).toEqual(new Set([0]));
  });

  it("is not read by who has not decrypted it, and says what to do", async () => {
    const message = messageOf(await Card.seal(card));
    expect(() => message.as(Card)).toThrow("use await open(message) of the type");
    expect(() => Card.decode(message.bytes)).toThrow("name its type in accepts");
  });
});

describe("the id of a key", () => {
  it.each(["a", "ключ", "🔑", " ", "../..", "a\u0000b", "__proto__", "x".repeat(64)])(
    "may be %j",
    async (id) => {
      const odd = encryptionKeys({ current: id, keys: Object.fromEntries([[id, rawKey(1)]]) });
      const Odd = encrypted(string, odd);
      expect(await Odd.open(messageOf(await Odd.seal("hello")))).toBe("hello");
    },
  );

  it.each(["", "x".repeat(65), "é".repeat(33), "\ud800"])("cannot be %j", (id) => {
    const given = { current: id, keys: Object.fromEntries([[id, rawKey(1)]]) };
    expect(() => encryptionKeys(given)).toThrow(/must be|must have|surrogate/);
  });
});
