import { webcrypto } from "node:crypto";
import type { WebCrypto } from "./web-crypto.ts";

/** The Web Crypto API of Node: a global only from Node 19 on. */
export const webCrypto: WebCrypto = webcrypto as unknown as WebCrypto;
