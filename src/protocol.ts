export type {
  Invocation,
  InvocationBatch,
  WireAddress,
  WireHeader,
  WireValue,
} from "./model/invocation.ts";
export type {
  Completed,
  DelayedEffect,
  EgressMessage,
  Incomplete,
  InvocationOutcome,
  MissingValue,
  OutgoingMessage,
  StateMutation,
} from "./model/outcome.ts";
export type { DecodeLimits, ProtocolCodec, ProtocolFeatures } from "./protocol/codec.ts";
export { detectProtocol } from "./protocol/detect-protocol.ts";
export { codecV2 } from "./protocol/v2/codec.ts";
export { codecV3 } from "./protocol/v3/codec.ts";
