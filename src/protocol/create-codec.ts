import type { ProtocolCodec } from "./codec.ts";
import type { Dialect } from "./dialect.ts";
import { readRequest } from "./read-request.ts";
import { readResponse } from "./read-response.ts";
import { writeRequest } from "./write-request.ts";
import { writeResponse } from "./write-response.ts";

/**
 * Both directions of one wire. The handler uses the two functions of its own side alone, so that a Worker
 * does not carry the other side.
 */
export function createCodec(dialect: Dialect): ProtocolCodec {
  return {
    name: dialect.name,
    features: dialect.features,
    decodeRequest: (bytes, limits) => readRequest(dialect, bytes, limits),
    encodeResponse: (outcome) => writeResponse(dialect, outcome),
    encodeRequest: (batch) => writeRequest(dialect, batch),
    decodeResponse: (bytes, limits) => readResponse(dialect, bytes, limits),
  };
}
