import {
  assertFunction,
  assertInteger,
  assertKnownKeys,
  invalid,
  isRecord,
} from "../internal/assert.ts";
import { defaultBodyMs, defaultPayloadBytes, longestWaitMs } from "../internal/limits.ts";
import { peek, printable, reasonOf, show } from "../internal/show.ts";
import {
  type LoadObserver,
  type ObserverOption,
  resolveObserver,
} from "../model/observer-option.ts";
import type { Address } from "../sdk/addressing/address.ts";
import type { EffectRules } from "../sdk/invocation/batch-scope.ts";
import type { DeadLetterTarget, SendDeadLetter } from "../sdk/invocation/dead-letter.ts";

/** `env` is required as soon as a module wants one. */
export type EnvOption<Env> = unknown extends Env ? { readonly env?: Env } : { readonly env: Env };

/** Where an error happened, as far as it is known. */
export interface ErrorDetail {
  readonly address?: Address;
  readonly messageTypename?: string;
  /** Only an engine of ours counts attempts; a cluster does not say. */
  readonly attempt?: number;
  /** Of a record that could not be delivered, in an engine of ours. */
  readonly egress?: string;
}

export interface ExecutionContextLike {
  waitUntil(promise: Promise<unknown>): void;
}

export interface HandlerOptions<Env = unknown> {
  /**
   * The wire: v2 is StateFun 2.0 to 2.2, v3 is 3.0 and later. One that is named reads whatever comes: the
   * request of another wire would be values that nobody sent, so name it only where no other can come.
   * @default "auto", because the bytes of a request tell them apart in all but one case: a batch of
   * messages without a value, which is taken for v2
   */
  readonly protocol?: "auto" | "v2" | "v3";
  /**
   * Of a request and of a response.
   * @default 33_554_432, because the async transport of a cluster takes no more; OkHttp has no limit
   */
  readonly maxBodyBytes?: number;
  /**
   * How long a request may take to arrive, its `authenticate` included, in milliseconds; then it is answered with 408.
   * @default 60_000: a cluster gives up a call by then, and a sender that trickles would hold its place for ever
   */
  readonly bodyTimeoutMs?: number;
  /**
   * For a whole batch, in milliseconds.
   * @default 55_000, below the call timeout of one minute that most clusters have. Behind the OkHttp
   * transport, whose read timeout is 10 s, use 9_000
   */
  readonly timeoutMs?: number;
  /**
   * Whether a request may come in; else it is answered with 401.
   * @default undefined: everyone may, because clusters have no credentials but a secret in the URL
   */
  readonly authenticate?: ((request: Request) => boolean | Promise<boolean>) | undefined;
  /** Where a message goes whose handler cannot ever succeed. Without it such a message fails its batch like any other. */
  readonly deadLetter?: DeadLetterTarget | undefined;
  /**
   * Whether the cluster's Kafka egress knows record headers. `"refuse"` makes a record with headers fail
   * instead of losing them.
   * @default "refuse", because only the KZM fork from 3.4 on does
   */
  readonly kafkaHeaders?: "send" | "refuse";
  /** Is given every error and every message that became a dead letter. @default console.error */
  readonly onError?: (error: unknown, detail: ErrorDetail) => void;
  /**
   * One observer or a list. Its hooks are called as things happen, for traces, metrics and logs: here `handling` of each message; the
   * other hooks are called by the engines of this library.
   * @default none: nothing is observed, which costs nothing
   */
  readonly observer?: ObserverOption;
  /**
   * Whether the cluster understands cancellation (StateFun 3.2 and later; 3.1 drops the token, 3.0 fails
   * on it).
   * @default "send"
   */
  readonly cancellation?: "send" | "refuse";
  /**
   * @default 10_000 invocations and 1_000 states in a request, because counts cost more than their bytes;
   * a message and a state may have `maxBodyBytes`, because nothing larger fits into a response
   */
  readonly limits?: {
    readonly maxInvocations?: number;
    readonly maxStates?: number;
    readonly maxMessageBytes?: number;
    readonly maxStateBytes?: number;
  };
  /** `context.env`. When given, the second argument of the handler is ignored (Deno and Bun pass their own things there). */
  readonly env?: Env | undefined;
}

/** The options after their checks, with nothing left open. */
export interface ResolvedHandlerOptions
  extends Omit<EffectRules, "features" | "wire" | "isTokenPending" | "keepPrefix"> {
  readonly protocol: "auto" | "v2" | "v3";
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
  readonly timeoutMs: number;
  readonly authenticate: ((request: Request) => boolean | Promise<boolean>) | undefined;
  readonly deadLetter: SendDeadLetter | undefined;
  readonly onError: (error: unknown, detail: ErrorDetail) => void;
  /** Undefined: nothing is reported. */
  readonly observer: LoadObserver | undefined;
  readonly maxInvocations: number;
  readonly maxStates: number;
  /** Undefined: the second argument of the handler. */
  readonly env: unknown;
}

export function resolveHandlerOptions(options: HandlerOptions): ResolvedHandlerOptions {
  const given: unknown = options;
  if (!isRecord(given)) throw invalid(`the options must be an object, got ${show(given)}`);
  const {
    protocol = "auto",
    maxBodyBytes = defaultPayloadBytes,
    bodyTimeoutMs = defaultBodyMs,
    timeoutMs = 55_000,
    authenticate,
    deadLetter,
    kafkaHeaders = "refuse",
    onError = log,
    observer,
    cancellation = "send",
    limits = {},
    env,
  } = options;
  const {
    maxInvocations = 10_000,
    maxStates = 1_000,
    maxMessageBytes = maxBodyBytes,
    maxStateBytes = maxBodyBytes,
  } = limits;
  assertChoice("protocol", protocol, ["auto", "v2", "v3"]);
  assertChoice("kafkaHeaders", kafkaHeaders, ["send", "refuse"]);
  assertChoice("cancellation", cancellation, ["send", "refuse"]);
  for (const [name, value] of Object.entries({ bodyTimeoutMs, timeoutMs })) {
    assertInteger(value, name, 1, longestWaitMs);
  }
  const sizes = { maxBodyBytes, maxInvocations, maxStates, maxMessageBytes, maxStateBytes };
  for (const [name, value] of Object.entries(sizes)) assertInteger(value, name, 1);
  if (authenticate !== undefined) assertFunction(authenticate, "authenticate");
  assertFunction(onError, "onError");
  const send = Object(deadLetter)["~deadLetter"];
  if (deadLetter !== undefined && typeof send !== "function") {
    throw invalid(`deadLetter must be made by deadLetterTo, got ${show(deadLetter)}`);
  }
  const resolved = {
    protocol,
    bodyTimeoutMs,
    timeoutMs,
    authenticate,
    // Only `deadLetterTo` sets the property, always to such a function.
    deadLetter: send as SendDeadLetter | undefined,
    kafkaHeaders,
    cancellation: cancellation === "send",
    onError,
    observer: resolveObserver(observer, onError),
    env,
    ...sizes,
  };
  // Each option has the name of what it becomes.
  const known = [...Object.keys(resolved), "limits"];
  assertKnownKeys({ ...options, ...limits }, known, "the options of the handler");
  return resolved;
}

/** What is done with errors where nobody asks for them. */
export function log(error: unknown, detail: ErrorDetail): void {
  console.error("statefun:", forConsole(error), printable(JSON.stringify(detail)));
}

/** As it is, which a console shows best; its text where that would do something to a terminal. */
export function forConsole(error: unknown): unknown {
  const text = `${stackOf(error)}\n${stackOf(peek(error, "cause"))}`;
  const escaped = printable(text);
  return escaped === text ? error : escaped;
}

function stackOf(error: unknown): unknown {
  return peek(error, "stack") ?? reasonOf(error);
}

function assertChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (choices.some((choice) => choice === value)) return;
  throw invalid(`${name} must be ${choices.join(" or ")}, got ${show(value)}`);
}
