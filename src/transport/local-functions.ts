import type {
  EngineFunction,
  FunctionHost,
  FunctionTransport,
} from "../engine/contract/function-transport.ts";
import { assertAddressSize } from "../engine/contract/limits.ts";
import type { Waiting } from "../execution/batch-host.ts";
import type { ExecuteOptions } from "../execution/execute.ts";
import { execute } from "../execution/execute.ts";
import { StateFunError } from "../internal/errors.ts";
import type { EngineKind } from "../model/observer.ts";
import type { RetryOptions } from "../model/retry-options.ts";
import type { WatchedObserver } from "../model/watch.ts";
import type { BoundFunction, FunctionTable } from "../sdk/invocation/bound-function.ts";

/** What the functions of this process run with. Complete. */
export interface LocalSettings {
  readonly env: unknown;
  readonly timeoutMs: number;
  readonly maxMessageBytes: number;
  readonly maxStateBytes: number;
  readonly retry: Required<RetryOptions>;
  /** Whether records for Kafka may have headers. */
  readonly kafkaHeaders: "send" | "refuse" | "own";
  /** @default "embedded" */
  readonly engine?: EngineKind;
  /** @default nothing is reported */
  readonly observer?: WatchedObserver | undefined;
}

/** The functions of this process. What a batch did before the message that failed is handed out as well. */
export function localFunctions(
  table: FunctionTable,
  settings: LocalSettings,
  host: FunctionHost,
): FunctionTransport {
  const { env, timeoutMs, maxMessageBytes, maxStateBytes } = settings;
  const waiting: Waiting = new Set();
  const options: ExecuteOptions = {
    waiting,
    engine: settings.engine ?? "embedded",
    identity: host.identity,
    observer: settings.observer,
    // An engine of ours carries what the newest wire does.
    wire: "v3",
    features: { typedState: true, missingState: true, cancellation: true, headers: true },
    cancellation: true,
    kafkaHeaders: settings.kafkaHeaders,
    maxMessageBytes,
    maxStateBytes,
    timeoutMs,
    clock: host.clock,
    isTokenPending: host.isTokenPending,
    assertTarget(target) {
      assertAddressSize(target);
      host.assertTarget(target);
    },
    deadLetter: undefined,
    keepPrefix: true,
    onDeadLetter: () => {},
  };
  const functions = new Map<string, EngineFunction>();
  const make = (fn: BoundFunction): EngineFunction => ({
    typename: fn.typename,
    isRemote: false,
    retry: { ...settings.retry, ...fn.retry },
    states: fn.states,
    invoke: (batch) => execute(table, batch, options, env),
  });
  return {
    get(typename) {
      const known = functions.get(typename);
      const fn = known === undefined ? table.get(typename) : undefined;
      if (fn === undefined) return known;
      const made = make(fn);
      functions.set(typename, made);
      return made;
    },
    close() {
      const closed = new StateFunError("draining", "the runtime is closed");
      for (const end of [...waiting]) end(closed);
    },
  };
}
