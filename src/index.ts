export type {
  EnvOption,
  ErrorDetail,
  ExecutionContextLike,
  HandlerOptions,
} from "./handler/options.ts";
export {
  type FetchHandler,
  invocationHandler,
  requestReplyHandler,
} from "./handler/request-reply-handler.ts";
export { NonRetryableError, StateFunError, type StateFunErrorCode } from "./internal/errors.ts";
export type { RetryOptions } from "./model/retry-options.ts";
export { type Address, address, type Sendable } from "./sdk/address.ts";
export { anyValue } from "./sdk/any-value.ts";
export { bool, double, float, int, long, string } from "./sdk/builtin-types.ts";
export type { Context, DelayedSendOptions, Handler, SendOptions } from "./sdk/context.ts";
export { bytes, customType } from "./sdk/custom-type.ts";
export { type DeadLetterTarget, deadLetterTo } from "./sdk/dead-letter.ts";
export { type Egress, type EgressBinding, type EgressRecord, egress } from "./sdk/egress.ts";
export { type FailedMessage, failedMessage } from "./sdk/failed-message.ts";
export { type FunctionRef, functionRef } from "./sdk/function-ref.ts";
export type { HeadersInput, MessageHeaders } from "./sdk/headers.ts";
export { json, shape } from "./sdk/json-type.ts";
export type { AnyModule, EnvOf, Module } from "./sdk/module.ts";
export type { StandardResult, StandardSchemaV1 } from "./sdk/standard-schema.ts";
export type { CheckedStates, State, StateSpecs, ValueSpec } from "./sdk/state-specs.ts";
export { type FunctionOptions, StatefulFunctions } from "./sdk/stateful-functions.ts";
export type {
  Accepts,
  AnyType,
  Decoder,
  Distinct,
  Message,
  MessageOf,
  SendableOf,
  TaggedMessage,
  Type,
  TypedValue,
  Typename,
  ValueOf,
} from "./sdk/type.ts";
