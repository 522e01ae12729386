import { webCrypto } from "#web-crypto";
import {
  assertFunction,
  assertKnownKeys,
  assertText,
  invalid,
  isRecord,
} from "../../internal/assert.ts";
import { bytesFromText, copyOf } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import type { WebCryptoKey } from "../../internal/web-crypto.ts";
import { maxKeyIdBytes } from "../../model/envelope.ts";

/** A key of AES-256-GCM: its 32 bytes, or a `CryptoKey` for AES-GCM with the usages `encrypt` and `decrypt`. */
export type EncryptionKey = Uint8Array | WebCryptoKey;

/** The keys of encrypted values, by ids that stand readable in each value. */
export interface EncryptionKeys {
  /** The id of the key that new values are encrypted with: 1 to 64 bytes of UTF-8. May change while the application runs. */
  readonly current: string;
  /**
   * The key of an id; undefined for one that is not there, which stops what needs it until it is. Asked at each batch, so keep what
   * is costly to get. The same array of bytes is imported once. A promise is waited for within the time of the batch.
   */
  get(id: string): EncryptionKey | undefined | Promise<EncryptionKey | undefined>;
}

/**
 * Keys that are all there at the start. The bytes are copied, imported at their first use so that they cannot be read again, and
 * their copy is deleted.
 *
 * @example
 * ```ts
 * import { encryptionKeys } from "statefun/encryption";
 *
 * // Values are written with the current key, and read with the one that they name.
 * export const keysFrom = (old: Uint8Array, recent: Uint8Array) =>
 *   encryptionKeys({ current: "2026-11", keys: { "2025-11": old, "2026-11": recent } });
 * ```
 */
export function encryptionKeys(options: {
  readonly current: string;
  readonly keys: Readonly<Record<string, EncryptionKey>>;
}): EncryptionKeys {
  assertKnownKeys(options, ["current", "keys"], "the options of encryptionKeys");
  const { current, keys } = options;
  assertKeyId(current, "current of encryptionKeys");
  if (!isRecord(keys))
    throw invalid("keys of encryptionKeys must be an object of keys by their ids");
  const all = new Map(
    Object.entries(keys).map(([id, key]) => {
      assertKeyId(id, "an id of encryptionKeys");
      return [id, imported(key, id)];
    }),
  );
  if (!all.has(current)) {
    throw invalid(`current of encryptionKeys is ${show(current)}, which is not one of its keys`);
  }
  return { current, get: (id) => all.get(id)?.() };
}

/** Imports at the first call; the same for all. */
function imported(key: EncryptionKey, id: string): () => WebCryptoKey | Promise<WebCryptoKey> {
  const defect = defectOf(key);
  if (defect !== undefined) throw invalid(`the key ${show(id)} ${defect}`);
  if (!(key instanceof Uint8Array)) return () => key;
  const raw = copyOf(key);
  let importing: Promise<WebCryptoKey> | undefined;
  return () => {
    importing ??= imports(raw).finally(() => raw.fill(0));
    return importing;
  };
}

/** By the very array that `get` gave. */
const known = /* @__PURE__ */ new WeakMap<Uint8Array, Promise<WebCryptoKey>>();

/** The key of an id, ready for this use. Throws `unavailable` where there is none now. */
export async function keyOf(
  keys: EncryptionKeys,
  id: string,
  usage: "encrypt" | "decrypt",
): Promise<WebCryptoKey> {
  let key: EncryptionKey | undefined;
  try {
    key = await keys.get(id);
  } catch (cause) {
    // What it says may be about a key.
    const text = `the key ${show(id)} cannot be had now: the function get of the keys threw`;
    throw new StateFunError("unavailable", text, { cause });
  }
  if (key === undefined) {
    const text = `there is no key ${show(id)}: add it to the keys again, then everything that needs it continues`;
    throw new StateFunError("unavailable", text);
  }
  const defect = defectOf(key, usage);
  if (defect !== undefined) {
    const text = `the key ${show(id)} cannot be used: it ${defect}`;
    throw new StateFunError("unavailable", text);
  }
  if (!(key instanceof Uint8Array)) return key;
  const importing = known.get(key) ?? imports(key);
  known.set(key, importing);
  return importing;
}

function imports(raw: Uint8Array): Promise<WebCryptoKey> {
  const usages = ["encrypt", "decrypt"] as const;
  return webCrypto.subtle.importKey("raw", copyOf(raw), "AES-GCM", false, usages);
}

export function assertKeys(keys: unknown, what: string): asserts keys is EncryptionKeys {
  if (!isRecord(keys)) {
    throw invalid(`the keys of ${what} must be made by encryptionKeys, or have current and get`);
  }
  assertFunction(keys["get"], `get of the keys of ${what}`);
  assertKeyId(keys["current"], `current of the keys of ${what}`);
}

export function assertKeyId(id: unknown, what: string): asserts id is string {
  if (typeof id !== "string" || id === "") throw invalid(`${what} must be the id of a key, a text`);
  assertText(id, what);
  const { length } = bytesFromText(id);
  if (length <= maxKeyIdBytes) return;
  throw invalid(`${what} must have at most ${maxKeyIdBytes} bytes, got ${length}`);
}

/** What is wrong with a key; says nothing of it but its length. */
function defectOf(key: unknown, usage?: string): string | undefined {
  if (key instanceof Uint8Array) {
    return key.length === 32 ? undefined : `must have 32 bytes, for AES-256, got ${key.length}`;
  }
  const { algorithm, usages } = Object(key);
  const { name, length = 256 } = Object(algorithm);
  if (name !== "AES-GCM" || !Array.isArray(usages)) {
    return "must be 32 bytes, a Uint8Array, or a CryptoKey for AES-GCM";
  }
  if (length !== 256) return `must be one of AES-256, got one of ${length} bits`;
  if (usage === undefined || usages.includes(usage)) return undefined;
  return `must have the usage ${show(usage)}, got ${usages.join(", ")}`;
}
