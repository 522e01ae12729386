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
export type {
  AcceptedEvent,
  CommittedEvent,
  DeadLetterEvent,
  DeliveredEvent,
  EmittedEvent,
  EngineKind,
  EngineLook,
  HandledMessage,
  HandlingEffect,
  HandlingEnd,
  HandlingEvent,
  HandlingObservation,
  IngressEvent,
  Observer,
  OperatedEvent,
  ReachableEvent,
  RefusedEvent,
  SendingEnd,
  SendingEvent,
  SendingObservation,
  StartedEvent,
  StoppedEvent,
  TimerEvent,
} from "./model/observer.ts";
export type { RetryOptions } from "./model/retry-options.ts";
export { type Address, address, type Sendable } from "./sdk/addressing/address.ts";
export { type Egress, type EgressBinding, type EgressRecord, egress } from "./sdk/egress/egress.ts";
export { keep } from "./sdk/egress/keep.ts";
export { type FunctionRef, functionRef } from "./sdk/functions/function-ref.ts";
export type { AnyModule, EnvOf, Module } from "./sdk/functions/function-table.ts";
export { type FunctionOptions, StatefulFunctions } from "./sdk/functions/stateful-functions.ts";
export type {
  Context,
  DelayedSendOptions,
  Handler,
  SendOptions,
} from "./sdk/invocation/context.ts";
export { type DeadLetterTarget, deadLetterTo } from "./sdk/invocation/dead-letter.ts";
export { type FailedMessage, failedMessage } from "./sdk/invocation/failed-message.ts";
export {
  defineModule,
  type Ingress,
  type ModuleParts,
  type RemoteEndpoint,
} from "./sdk/modules/define-module.ts";
export type { IngressRecord, RouteContext } from "./sdk/modules/ingress-record.ts";
export type { CheckedStates, State, StateSpecs, ValueSpec } from "./sdk/state/state-specs.ts";
export { anyValue } from "./sdk/types/any-value.ts";
export { bool, double, float, int, long, string } from "./sdk/types/builtin-types.ts";
export { bytes, customType } from "./sdk/types/custom-type.ts";
export type { HeadersInput, MessageHeaders } from "./sdk/types/headers.ts";
export { json, shape } from "./sdk/types/json-type.ts";
export type { StandardResult, StandardSchemaV1 } from "./sdk/types/standard-schema.ts";
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
} from "./sdk/types/type.ts";
export { type UpgradeOptions, upgraded } from "./sdk/types/upgraded.ts";
