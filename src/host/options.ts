import { type ErrorDetail, log } from "../handler/options.ts";
import {
  assertFunction,
  assertInteger,
  assertKnownKeys,
  invalid,
  isRecord,
} from "../internal/assert.ts";
import { defaultMessageBytes, longestWaitMs } from "../internal/limits.ts";
import { show } from "../internal/show.ts";
import {
  type LoadObserver,
  type ObserverOption,
  resolveObserver,
} from "../model/observer-option.ts";
import type { RetryOptions } from "../model/retry-options.ts";
import type { EgressBinding, EgressRecord } from "../sdk/egress/egress.ts";
import type { AnyModule } from "../sdk/functions/function-table.ts";
import { assertRetry } from "../sdk/functions/stateful-functions.ts";
import type { Store } from "../store/store-handle.ts";
import {
  type HttpSurfaceOptions,
  type ResolvedSurfaceOptions,
  resolveSurfaceOptions,
} from "../surface/options.ts";

export interface RuntimeOptions<
  M extends AnyModule | readonly AnyModule[] = AnyModule | readonly AnyModule[],
> {
  /** A module or a list of modules. */
  readonly modules: M;
  /**
   * Where state, messages and timers are kept.
   * @default memoryStore(), whose content is lost when the process ends
   */
  readonly store?: Store;
  /**
   * Where records are delivered: bindings made by `egress.to` (each `value` is typed) or by `keep`, or a function
   * for each typename (each `value` is a `Message`). Records of an egress that is not bound become dead letters,
   * and are delivered when a later start binds it.
   */
  readonly egresses?:
    | readonly EgressBinding[]
    | { readonly [typename: string]: (records: readonly EgressRecord[]) => void | Promise<void> };
  /** What `runtime.fetch` serves besides `/health`. @default nothing: the application is closed */
  readonly http?: HttpSurfaceOptions;
  /**
   * For functions without a `retry` of their own. Each wait is a random part, at least half, of the nominal one.
   * @default 8 attempts, 100 ms doubling to 60 s: a message becomes a dead letter after about 13 s
   */
  readonly retry?: RetryOptions;
  /**
   * Time for a batch of messages of one instance, and for a delivery to an egress, in milliseconds.
   * @default 55_000, as on a cluster
   */
  readonly timeoutMs?: number;
  /**
   * Limits of a mailbox (in messages), of a message and of a state value (in bytes). Messages between functions
   * are never refused because of a full mailbox.
   * @default 10_000 messages, 16 MiB per message, 16 MiB per state value
   */
  readonly limits?: {
    readonly maxMailbox?: number;
    readonly maxMessageBytes?: number;
    readonly maxStateBytes?: number;
  };
  /** How long an idempotency key is remembered, in milliseconds. @default 604_800_000, 7 days */
  readonly idempotencyRetentionMs?: number;
  /**
   * Gets every error, with its place; a lasting condition is reported once, when it begins. What it throws or
   * rejects with is dropped. @default console.error
   */
  readonly onError?: (error: unknown, detail: ErrorDetail) => void;
  /**
   * One observer or a list. Its hooks are called as things happen, for traces, metrics and logs.
   * @default none: nothing is observed, which costs nothing
   */
  readonly observer?: ObserverOption;
  /**
   * Starts everything and runs nothing, until the end of this runtime: no handler, no delayed message, no delivery and no ingress.
   * What is sent is stored, and waits for another start. For moving state: what is exported then, nothing has gone on from.
   * @default false
   */
  readonly paused?: boolean;
}

const runtimeOptions = [
  "modules",
  "store",
  "egresses",
  "http",
  "retry",
  "timeoutMs",
  "limits",
  "idempotencyRetentionMs",
  "onError",
  "observer",
  "paused",
  "env",
];

/** The options after their checks. Everything has a value except the store. */
export interface ResolvedRuntimeOptions {
  readonly modules: readonly AnyModule[];
  readonly store: Store | undefined;
  readonly egresses: RuntimeOptions["egresses"];
  readonly http: ResolvedSurfaceOptions;
  readonly retry: Required<RetryOptions>;
  readonly timeoutMs: number;
  readonly maxMailbox: number;
  readonly maxMessageBytes: number;
  readonly maxStateBytes: number;
  readonly idempotencyRetentionMs: number;
  readonly onError: (error: unknown, detail: ErrorDetail) => void;
  /** Undefined: nothing is reported. */
  readonly observer: LoadObserver | undefined;
  readonly isPaused: boolean;
  readonly env: unknown;
}

export function resolveRuntimeOptions(options: RuntimeOptions): ResolvedRuntimeOptions {
  const given: unknown = options;
  if (!isRecord(given) || Array.isArray(given) || "~module" in given) {
    throw invalid(`the options must be { modules: [...], … }, got ${show(given)}`);
  }
  const {
    modules,
    store,
    egresses,
    http,
    retry = {},
    timeoutMs = 55_000,
    limits = {},
    idempotencyRetentionMs = 604_800_000,
    onError = log,
    observer,
    paused: isPaused = false,
    env,
  } = options as RuntimeOptions & { readonly env?: unknown };
  assertKnownKeys(limits, ["maxMailbox", "maxMessageBytes", "maxStateBytes"], "the limits");
  const {
    maxMailbox = 10_000,
    maxMessageBytes = defaultMessageBytes,
    maxStateBytes = defaultMessageBytes,
  } = limits;
  assertKnownKeys(options, runtimeOptions, "the options of the runtime");
  if (modules === undefined) throw invalid("modules must be a module or a list, got undefined");
  assertRetry(retry, "retry of the runtime");
  assertInteger(timeoutMs, "timeoutMs", 1, longestWaitMs);
  const sizes = { maxMailbox, maxMessageBytes, maxStateBytes, idempotencyRetentionMs };
  for (const [name, value] of Object.entries(sizes)) assertInteger(value, name, 1, 4e15);
  assertFunction(onError, "onError");
  if (typeof isPaused !== "boolean") {
    throw invalid(`paused must be a boolean, got ${show(isPaused)}`);
  }
  const { maxAttempts = 8, initialDelayMs = 100, maxDelayMs = 60_000 } = retry;
  return {
    modules: [modules].flat(),
    store,
    egresses,
    http: resolveSurfaceOptions(http),
    retry: { maxAttempts, initialDelayMs, maxDelayMs },
    timeoutMs,
    ...sizes,
    onError: guarded(onError),
    observer: resolveObserver(observer, onError),
    isPaused,
    env,
  };
}

/** What it throws or rejects with is dropped: an error of the error handler must not cause another error. */
function guarded(onError: ResolvedRuntimeOptions["onError"]): ResolvedRuntimeOptions["onError"] {
  return (error, detail) => {
    try {
      // It may be a promise in spite of its type.
      Promise.resolve(onError(error, detail)).catch(() => {});
    } catch {
      // As above.
    }
  };
}
