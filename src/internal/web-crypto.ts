/** A `CryptoKey`, as far as it can be described without the types of a platform. */
export interface WebCryptoKey {
  readonly type: string;
  readonly extractable: boolean;
  readonly algorithm: { readonly name: string };
  readonly usages: readonly string[];
}

interface AesGcm {
  readonly name: "AES-GCM";
  readonly iv: Uint8Array;
  readonly additionalData: Uint8Array;
}

/** What is used of the Web Crypto API, whose types this package does not need. */
export interface WebCrypto {
  getRandomValues(bytes: Uint8Array<ArrayBuffer>): Uint8Array;
  readonly subtle: {
    digest(algorithm: string, bytes: Uint8Array): Promise<ArrayBuffer>;
    importKey(
      format: "raw",
      bytes: Uint8Array,
      algorithm: "AES-GCM",
      extractable: false,
      usages: readonly string[],
    ): Promise<WebCryptoKey>;
    encrypt(algorithm: AesGcm, key: WebCryptoKey, bytes: Uint8Array): Promise<ArrayBuffer>;
    decrypt(algorithm: AesGcm, key: WebCryptoKey, bytes: Uint8Array): Promise<ArrayBuffer>;
  };
}

/**
 * The Web Crypto API of the platform. It is imported as `#web-crypto`: package.json gives `web-crypto.node.ts` to what has
 * the condition `node`, because Node 18 has it as a module alone, and this file to everything else.
 */
export const webCrypto: WebCrypto = (globalThis as unknown as { crypto: WebCrypto }).crypto;
