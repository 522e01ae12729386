import { type Message, StateFunError } from "statefun";
import { type EncryptionKey, type EncryptionKeys, encryptionKeys } from "statefun/encryption";
import { messageFromWire } from "../../src/sdk/types/message.ts";

/** 32 bytes that are the same at each run. */
export function rawKey(seed: number): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => (index * 7 + seed * 31) & 0xff);
}

export const keys: EncryptionKeys = encryptionKeys({
  current: "2026-11",
  keys: { "2026-11": rawKey(1) },
});

/** Keys that come and go, as those of a service do. */
export function changingKeys(current: string, ...ids: readonly string[]) {
  const all = new Map<string, EncryptionKey>(ids.map((id, index) => [id, rawKey(index + 1)]));
  const ring = {
    current,
    all,
    /** How often a key was asked for. */
    asked: 0,
    async get(id: string): Promise<EncryptionKey | undefined> {
      ring.asked++;
      return all.get(id);
    },
  };
  return ring;
}

/** Not in any store that holds an encrypted value. */
export const secretText = "4111-1111-1111-1111";

/** The message as it comes: nothing is known of what it holds. */
export function messageOf({ typename, bytes }: { typename: string; bytes: Uint8Array }): Message {
  return messageFromWire({ typename, bytes: new Uint8Array(bytes), headers: [] });
}

export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "no error";
  } catch (error) {
    return error instanceof StateFunError ? error.code : String(error);
  }
}

export function thrownBy(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("nothing was thrown");
}
