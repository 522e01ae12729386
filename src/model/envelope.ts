import { textFromBytes } from "../internal/bytes.ts";
import type { WireValue } from "./invocation.ts";

/** What the typename of an encrypted value ends with, after that of the type inside. */
export const encryptedSuffix = ".encrypted";

/** Of AES-GCM: a nonce in front of the ciphertext, a tag behind it. */
export const nonceBytes = 12;
export const tagBytes = 16;
export const maxKeyIdBytes = 64;
export const envelopeVersion = 1;

/** The parts of encrypted bytes: version, length of the key's id, id, nonce, ciphertext with its tag. */
export interface Envelope {
  readonly keyId: string;
  /** Version and key id, as they stand in front. */
  readonly head: Uint8Array;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** How many bytes an envelope has beside what it holds. */
export function envelopeOverhead(idBytes: number): number {
  return 2 + idBytes + nonceBytes + tagBytes;
}

/** Undefined for bytes that are no envelope. */
export function envelopeOf(bytes: Uint8Array): Envelope | undefined {
  const [version, idLength = 0] = bytes;
  if (version !== envelopeVersion || idLength === 0 || idLength > maxKeyIdBytes) return undefined;
  if (bytes.length < envelopeOverhead(idLength)) return undefined;
  const head = bytes.subarray(0, 2 + idLength);
  const ciphertextStart = head.length + nonceBytes;
  try {
    return {
      keyId: textFromBytes(head.subarray(2)),
      head,
      nonce: bytes.subarray(head.length, ciphertextStart),
      ciphertext: bytes.subarray(ciphertextStart),
    };
  } catch {
    return undefined;
  }
}

/** The envelope that a value is, by its typename and its bytes. */
export function envelopeIn({ typename, bytes }: WireValue): Envelope | undefined {
  if (bytes === undefined || !typename.endsWith(encryptedSuffix)) return undefined;
  return envelopeOf(bytes);
}
