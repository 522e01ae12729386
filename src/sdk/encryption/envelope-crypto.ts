import { webCrypto } from "#web-crypto";
import { bytesFromText, joined } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import { envelopeOf, envelopeVersion, nonceBytes } from "../../model/envelope.ts";
import { type EncryptionKeys, keyOf } from "./encryption-keys.ts";

/** Encrypts bytes under a typename, which stands in no envelope but is checked with it. */
export async function seal(
  keys: EncryptionKeys,
  keyId: string,
  typename: string,
  plain: Uint8Array,
): Promise<Uint8Array> {
  const key = await keyOf(keys, keyId, "encrypt");
  const id = bytesFromText(keyId);
  const head = joined([Uint8Array.of(envelopeVersion, id.length), id]);
  const nonce = webCrypto.getRandomValues(new Uint8Array(nonceBytes));
  const algorithm = algorithmOf(head, nonce, typename);
  const ciphertext = await webCrypto.subtle.encrypt(algorithm, key, plain);
  return joined([head, nonce, new Uint8Array(ciphertext)]);
}

/** What an envelope holds. Throws `unavailable` without its key, `value_invalid` for what was changed. */
export async function unseal(
  keys: EncryptionKeys,
  typename: string,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const envelope = envelopeOf(bytes);
  if (envelope === undefined) {
    throw new StateFunError(
      "value_invalid",
      `${typename}: expected encrypted bytes, got bytes of another format`,
    );
  }
  const { keyId, head, nonce, ciphertext } = envelope;
  const key = await keyOf(keys, keyId, "decrypt");
  try {
    const algorithm = algorithmOf(head, nonce, typename);
    return new Uint8Array(await webCrypto.subtle.decrypt(algorithm, key, ciphertext));
  } catch (cause) {
    const text = `${typename}: cannot be decrypted with the key ${show(keyId)}: it was changed, it had another typename, or another key was used`;
    throw new StateFunError("value_invalid", text, { cause });
  }
}

function algorithmOf(head: Uint8Array, iv: Uint8Array, typename: string) {
  const additionalData = joined([head, bytesFromText(typename)]);
  return { name: "AES-GCM", iv, additionalData } as const;
}
