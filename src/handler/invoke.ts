import { StateFunError } from "../internal/errors.ts";
import type { Clock } from "../execution/deadline.ts";
import { execute } from "../execution/execute.ts";
import type { InvocationBatch } from "../model/invocation.ts";
import { detectProtocol } from "../protocol/detect-protocol.ts";
import { readRequest } from "../protocol/read-request.ts";
import { dialectV2 } from "../protocol/v2/dialect.ts";
import { dialectV3 } from "../protocol/v3/dialect.ts";
import { writeResponse } from "../protocol/write-response.ts";
import { functionTable } from "../sdk/module.ts";
import { type HandlerOptions, resolveHandlerOptions } from "./options.ts";

/** The bytes of a response, or what went wrong. */
export type InvokeResult =
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  | {
      readonly error: unknown;
      /** The request was none that may come in; nothing of the user's functions has run. */
      readonly isRequestAtFault: boolean;
    };

/** Never rejects. `onError` was told of every error in a result. */
export type Invoke = (read: () => Promise<Uint8Array>, env: unknown) => Promise<InvokeResult>;

const clock: Clock = {
  now: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Read, decode, execute, encode. */
export function createInvoke(modules: unknown, handlerOptions: HandlerOptions): Invoke {
  const options = resolveHandlerOptions(handlerOptions);
  const { maxBodyBytes, maxInvocations, maxStates } = options;
  const limits = { maxBytes: maxBodyBytes, maxInvocations, maxStates };
  const functions = functionTable(modules);

  return async (read, secondArgument) => {
    let batch: InvocationBatch | undefined;
    let index = -1;
    const report = (error: unknown, typename = batch?.invocations[index]?.argument.typename) => {
      try {
        options.onError(error, {
          ...(batch && { address: batch.target }),
          ...(typename !== undefined && { messageTypename: typename }),
        });
      } catch (thrown) {
        // User code: what it throws must not change the answer.
        console.error("statefun: onError threw", thrown);
      }
    };
    try {
      const bytes = await read();
      const { protocol, env = secondArgument } = options;
      const wire = protocol === "auto" ? detectProtocol(bytes) : protocol;
      const dialect = wire === "v2" ? dialectV2 : dialectV3;
      batch = readRequest(dialect, bytes, limits);
      const outcome = await execute(functions, batch, {
        ...options,
        wire,
        features: dialect.features,
        clock,
        env,
        keepPrefix: false,
        onDeadLetter: (error, { argument }) => report(error, argument.typename),
      });
      if (outcome.kind === "failed") {
        ({ index } = outcome);
        throw outcome.error;
      }
      const response = writeResponse(dialect, outcome);
      if (response.length <= maxBodyBytes) return { bytes: response };
      // A cluster would fail on it with less to say.
      throw tooLarge(`the response of ${response.length} bytes`, maxBodyBytes);
    } catch (error) {
      report(error);
      return { error, isRequestAtFault: batch === undefined };
    }
  };
}

export function tooLarge(what: string, maxBodyBytes: number): StateFunError {
  return new StateFunError(
    "limit_exceeded",
    `${what} is larger than maxBodyBytes (${maxBodyBytes})`,
  );
}
