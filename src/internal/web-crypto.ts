/** What is used of the Web Crypto API, whose types this package does not need. */
interface WebCrypto {
  getRandomValues(bytes: Uint8Array<ArrayBuffer>): Uint8Array;
  readonly subtle: { digest(algorithm: string, bytes: Uint8Array): Promise<ArrayBuffer> };
}

/** The Web Crypto API of the platform, which Node 18 only has as a module. */
export async function webCrypto(): Promise<WebCrypto> {
  const { crypto } = globalThis as { crypto?: WebCrypto };
  // Not a literal: a bundler for other platforms would look for it.
  const name: string = "node:crypto";
  return crypto ?? (await import(name)).webcrypto;
}
