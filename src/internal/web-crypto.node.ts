import { webcrypto } from "node:crypto";
import type { WebCrypto } from "./web-crypto.ts";

/** The Web Crypto API of Node: no global before Node 20. */
export const webCrypto: WebCrypto = webcrypto as unknown as WebCrypto;
