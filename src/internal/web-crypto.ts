/** What is used of the Web Crypto API, whose types this package does not need. */
export interface WebCrypto {
  getRandomValues(bytes: Uint8Array<ArrayBuffer>): Uint8Array;
  readonly subtle: { digest(algorithm: string, bytes: Uint8Array): Promise<ArrayBuffer> };
}

/**
 * The Web Crypto API of the platform. Imported as `#web-crypto`: by that name, package.json gives
 * `web-crypto.node.ts` to Node 18, which has it as a module alone, and this file to all other bundlers.
 */
export const webCrypto: WebCrypto = (globalThis as unknown as { crypto: WebCrypto }).crypto;
