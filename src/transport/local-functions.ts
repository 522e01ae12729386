import type {
  EngineFunction,
  FunctionHost,
  FunctionTransport,
} from "../engine/function-transport.ts";
import { assertAddressSize } from "../engine/limits.ts";
import type { ExecuteOptions } from "../execution/execute.ts";
import { execute } from "../execution/execute.ts";
import type { Failed, InvocationOutcome } from "../model/outcome.ts";
import type { BoundFunction, FunctionTable, RetryOptions } from "../sdk/bound-function.ts";

/** What the functions of this process run with. Complete. */
export interface LocalSettings {
  readonly env: unknown;
  readonly timeoutMs: number;
  readonly maxMessageBytes: number;
  readonly maxStateBytes: number;
  readonly retry: Required<RetryOptions>;
  /** Whether records for Kafka may have headers. */
  readonly kafkaHeaders: "send" | "refuse" | "own";
}

/** The functions of this process. What a batch did before the message that failed is handed out as well. */
export function localFunctions(
  table: FunctionTable,
  settings: LocalSettings,
  host: FunctionHost,
): FunctionTransport {
  const { env, timeoutMs, maxMessageBytes, maxStateBytes } = settings;
  const options: ExecuteOptions = {
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
    invoke(batch) {
      const outcome = execute(table, batch, options, env);
      return outcome instanceof Promise ? outcome.then(addressed) : addressed(outcome);
    },
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
  };
}

/** Of an outcome whose messages go to addresses that are too long nothing happens. */
function addressed(outcome: InvocationOutcome | Failed): InvocationOutcome | Failed {
  if (outcome.kind !== "completed") return outcome;
  try {
    for (const { target } of outcome.messages) assertAddressSize(target);
    for (const effect of outcome.delayed)
      if (effect.kind === "send") assertAddressSize(effect.target);
    return outcome;
  } catch (error) {
    return { kind: "failed", index: -1, error, completed: undefined };
  }
}
