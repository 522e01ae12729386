import type { InvocationBatch } from "../model/invocation.ts";
import type { InvocationOutcome } from "../model/outcome.ts";

/** What a wire can carry. `execute` refuses what its wire cannot, nothing is dropped. */
export interface ProtocolFeatures {
  /** State values carry their type, and the runtime checks it. */
  readonly typedState: boolean;
  /** A function may name states that the runtime does not know yet. */
  readonly missingState: boolean;
  /** Delayed messages may be cancelled. */
  readonly cancellation: boolean;
  /** Messages may have headers. */
  readonly headers: boolean;
}

/** Limits of one decoded message. Counts are limited as well as bytes, since an empty invocation has two bytes. */
export interface DecodeLimits {
  /** @default 33_554_432, the payload limit of a cluster's async transport */
  readonly maxBytes?: number;
  /**
   * Invocations of a request; messages, delayed messages and egress records of a response.
   * @default 10_000 in a request, ten times the batch size a cluster aims at; 100_000 in a response
   */
  readonly maxInvocations?: number;
  /** States of a request; mutations or missing states of a response. @default 1_000 */
  readonly maxStates?: number;
  /** Headers, all values together. @default 100_000, ten for each invocation */
  readonly maxHeaders?: number;
}

/** One wire, both ways. */
export interface ProtocolCodec {
  readonly name: "v2" | "v3";
  readonly features: ProtocolFeatures;
  /**
   * The function's side. Total: hostile bytes end in `malformed_request` or `limit_exceeded`. Byte
   * values in the result are views of `bytes`.
   */
  decodeRequest(bytes: Uint8Array, limits?: DecodeLimits): InvocationBatch;
  /** Throws `unsupported_by_wire` for what this wire has no field for. */
  encodeResponse(outcome: InvocationOutcome): Uint8Array<ArrayBuffer>;
  /** The runtime's side. */
  encodeRequest(batch: InvocationBatch): Uint8Array<ArrayBuffer>;
  /** Total like `decodeRequest`; zero bytes are a response without effects. */
  decodeResponse(bytes: Uint8Array, limits?: DecodeLimits): InvocationOutcome;
}
