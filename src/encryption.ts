export type { WebCryptoKey } from "./internal/web-crypto.ts";
export {
  type EncryptedName,
  type EncryptedOptions,
  type EncryptedType,
  encrypted,
} from "./sdk/encryption/encrypted.ts";
export {
  type EncryptionKey,
  type EncryptionKeys,
  encryptionKeys,
} from "./sdk/encryption/encryption-keys.ts";
