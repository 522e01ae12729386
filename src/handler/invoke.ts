import { type ExecuteOptions, execute, type Outcome } from "../execution/execute.ts";
import { tooLarge } from "../http/too-large.ts";
import type { Clock } from "../model/clock.ts";
import type { Invocation, InvocationBatch, StepBatch } from "../model/invocation.ts";
import type { WatchedObserver } from "../model/watch.ts";
import { detectProtocol } from "../protocol/detect-protocol.ts";
import type { Dialect } from "../protocol/dialect.ts";
import { readRequest } from "../protocol/read-request.ts";
import { dialectV2 } from "../protocol/v2/dialect.ts";
import { dialectV3 } from "../protocol/v3/dialect.ts";
import { writeResponse } from "../protocol/write-response.ts";
import { functionTable } from "../sdk/functions/function-table.ts";
import {
  forConsole,
  type HandlerOptions,
  type ResolvedHandlerOptions,
  resolveHandlerOptions,
} from "./options.ts";

/** The bytes of a response, or what went wrong. */
export type InvokeResult =
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  | {
      readonly error: unknown;
      /** The request was none that may come in; nothing of the user's functions has run. */
      readonly isRequestAtFault: boolean;
    };

/** What a handler is made of, whatever brings the requests. */
export interface Invoker {
  readonly options: ResolvedHandlerOptions;
  /**
   * Never throws or rejects. `onError` has got an error in the result. A promise only where a handler had to be
   * waited for.
   */
  invoke(bytes: Uint8Array, env: unknown): InvokeResult | Promise<InvokeResult>;
  /** Reports to `onError` a request that did not come as far as `invoke`. */
  refuse(error: unknown): InvokeResult;
}

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Decode, execute, encode. */
export function createInvoker(modules: unknown, handlerOptions: HandlerOptions): Invoker {
  const options = resolveHandlerOptions(handlerOptions);
  const { maxBodyBytes, maxInvocations, maxStates, protocol } = options;
  const limits = { maxBytes: maxBodyBytes, maxInvocations, maxStates };
  const functions = functionTable(modules);
  const report = createReport(options);
  let loadObserver = options.observer;
  const executeOptions = ({
    name,
    features,
  }: Dialect): ExecuteOptions & { observer: WatchedObserver | undefined } => ({
    ...options,
    engine: "flink",
    observer: undefined,
    wire: name,
    features,
    clock,
    keepPrefix: false,
    isTokenPending: () => false,
    onDeadLetter: report,
  });
  const optionsV2 = executeOptions(dialectV2);
  const optionsV3 = executeOptions(dialectV3);

  const fail = (error: unknown, batch?: StepBatch, invocation?: Invocation): InvokeResult => {
    report(error, batch, invocation);
    return { error, isRequestAtFault: batch === undefined };
  };
  const respond = (dialect: Dialect, batch: InvocationBatch, outcome: Outcome): InvokeResult => {
    if (outcome.kind === "failed") {
      return fail(outcome.error, batch, batch.invocations[outcome.index]);
    }
    try {
      const response = writeResponse(dialect, outcome);
      if (response.length <= maxBodyBytes) return { bytes: response };
      // A cluster would fail on it with less to say.
      throw tooLarge(`the response of ${response.length} bytes`, maxBodyBytes);
    } catch (error) {
      return fail(error, batch);
    }
  };
  const invoke: Invoker["invoke"] = (bytes, secondArgument) => {
    // With the first request. Several may wait for it.
    if (loadObserver !== undefined) {
      return loadObserver().then((observer) => {
        loadObserver = undefined;
        optionsV2.observer = optionsV3.observer = observer;
        return invoke(bytes, secondArgument);
      });
    }
    let batch: InvocationBatch | undefined;
    try {
      const isV2 = (protocol === "auto" ? detectProtocol(bytes) : protocol) === "v2";
      const dialect = isV2 ? dialectV2 : dialectV3;
      const read = readRequest(dialect, bytes, limits);
      batch = read;
      const { env = secondArgument } = options;
      const outcome = execute(functions, read, isV2 ? optionsV2 : optionsV3, env);
      if (!(outcome instanceof Promise)) return respond(dialect, read, outcome);
      return outcome.then((end) => respond(dialect, read, end));
    } catch (error) {
      return fail(error, batch);
    }
  };
  return { options, invoke, refuse: (error) => fail(error) };
}

export type Report = (error: unknown, batch?: StepBatch, invocation?: Invocation) => void;

/** `onError` is user code: what it throws must not change the answer. */
export function createReport({ onError }: Pick<ResolvedHandlerOptions, "onError">): Report {
  const threw = (thrown: unknown): void =>
    console.error("statefun: onError threw", forConsole(thrown));
  return (error, batch, invocation) => {
    try {
      const result: unknown = onError(error, {
        ...(batch && { address: batch.target }),
        ...(invocation && { messageTypename: invocation.argument.typename }),
      });
      // Nobody waits for an asynchronous one.
      if (result !== undefined) Promise.resolve(result).catch(threw);
    } catch (thrown) {
      threw(thrown);
    }
  };
}
