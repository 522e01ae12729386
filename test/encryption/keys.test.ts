import { anyValue, json, shape, string } from "statefun";
import { encrypted, encryptionKeys } from "statefun/encryption";
import { describe, expect, it } from "vitest";
import { changingKeys, codeOf, messageOf, rawKey, thrownBy } from "./support.ts";

describe("keys", () => {
  it.each([0, 16, 31, 33])("of %i bytes are refused, without a word of what they are", (length) => {
    const key = new Uint8Array(length).fill(171);
    const error = thrownBy(() => encryptionKeys({ current: "a", keys: { a: key } }));
    expect(error.message).toBe(`the key "a" must have 32 bytes, for AES-256, got ${length}`);
  });

  it.each([["a password"], [{}], [null], [{ algorithm: { name: "HMAC" }, usages: [] }]])(
    "that are none are refused: %o",
    (key) => {
      const error = thrownBy(() => encryptionKeys({ current: "a", keys: { a: key as never } }));
      expect(error.message).toContain("must be 32 bytes, a Uint8Array, or a CryptoKey for AES-GCM");
      expect(error.message).not.toContain("password");
    },
  );

  it("need the one that is current, and no option that is not known", () => {
    const wrong = () => encryptionKeys({ current: "b", keys: { a: rawKey(1) } });
    expect(wrong).toThrow('current of encryptionKeys is "b", which is not one of its keys');
    const misspelt = { current: "a", keys: { a: rawKey(1) }, key: 1 };
    expect(() => encryptionKeys(misspelt)).toThrow("key");
  });

  it("are copied", async () => {
    const raw = rawKey(1);
    const made = encrypted(string, encryptionKeys({ current: "a", keys: { a: raw } }));
    raw.fill(0);
    const sealed = await made.seal("hello");
    const again = encrypted(string, encryptionKeys({ current: "a", keys: { a: rawKey(1) } }));
    expect(await again.open(messageOf(sealed))).toBe("hello");
  });

  it("may be a CryptoKey that cannot be extracted", async () => {
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
      "encrypt",
      "decrypt",
    ]);
    const made = encrypted(string, encryptionKeys({ current: "a", keys: { a: key } }));
    expect(await made.open(messageOf(await made.seal("hello")))).toBe("hello");
  });

  it("that are a CryptoKey for something else are unavailable: no value is taken for a changed one", async () => {
    const algorithm = { name: "AES-GCM", length: 256 } as const;
    const whole = await crypto.subtle.generateKey(algorithm, true, ["encrypt", "decrypt"]);
    const raw = await crypto.subtle.exportKey("raw", whole);
    const only = (usage: KeyUsage) =>
      crypto.subtle.importKey("raw", raw, "AES-GCM", false, [usage]);
    const ring = changingKeys("a");
    const made = encrypted(string, ring);
    ring.all.set("a", await only("encrypt"));
    const sealed = await made.seal("hello");
    await expect(made.open(messageOf(sealed))).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(
        'the key "a" cannot be used: it must have the usage "decrypt"',
      ),
    });
    ring.all.set("a", await only("decrypt"));
    expect(await made.open(messageOf(sealed))).toBe("hello");
    expect(await codeOf(made.seal("hello"))).toBe("unavailable");
    const short = await crypto.subtle.generateKey({ ...algorithm, length: 128 }, false, [
      "encrypt",
      "decrypt",
    ]);
    expect(() => encryptionKeys({ current: "a", keys: { a: short } })).toThrow(
      'the key "a" must be one of AES-256, got one of 128 bits',
    );
  });

  it("may come later, and may be what is no key", async () => {
    const ring = changingKeys("a");
    const made = encrypted(string, ring);
    expect(await codeOf(made.seal("hello"))).toBe("unavailable");
    ring.all.set("a", new Uint8Array(5));
    expect(await codeOf(made.seal("hello"))).toBe("unavailable");
    ring.all.set("a", rawKey(1));
    expect(await made.open(messageOf(await made.seal("hello")))).toBe("hello");
  });

  it("that cannot be had are unavailable, with the cause", async () => {
    const made = encrypted(string, {
      current: "a",
      get: () => Promise.reject(new Error("the service is down")),
    });
    await expect(made.seal("hello")).rejects.toMatchObject({
      code: "unavailable",
      message: 'the key "a" cannot be had now: the function get of the keys threw',
      cause: expect.objectContaining({ message: "the service is down" }),
    });
  });
});

describe("what is encrypted", () => {
  it("is a type, once, and not anyValue", () => {
    const ring = changingKeys("a", "a");
    const Once = encrypted(string, ring);
    expect(() => encrypted(Once, ring)).toThrow("is encrypted already");
    expect(() => encrypted(anyValue, ring)).toThrow("anyValue cannot be encrypted");
    expect(() => encrypted({} as never, ring)).toThrow("what is encrypted must be a type");
  });

  it("has keys, and no option that is not known", () => {
    const type = json("shop/card", shape<object>());
    expect(() => encrypted(type, {} as never)).toThrow("get of the keys of shop/card.encrypted");
    expect(() => encrypted(type, rawKey(1) as never)).toThrow(/keys of shop\/card.encrypted/);
    const ring = changingKeys("a", "a");
    expect(() => encrypted(type, ring, { readplain: true } as never)).toThrow("readPlain");
    expect(() => encrypted(type, ring, { readPlain: 1 } as never)).toThrow("true or false, got 1");
  });
});
