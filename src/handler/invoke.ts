import { show } from "../internal/assert.ts";
import { StateFunError } from "../internal/errors.ts";
import type { Clock } from "../execution/deadline.ts";
import { execute } from "../execution/execute.ts";
import type { InvocationBatch } from "../model/invocation.ts";
import { detectProtocol } from "../protocol/detect-protocol.ts";
import { readRequest } from "../protocol/read-request.ts";
import { dialectV2 } from "../protocol/v2/dialect.ts";
import { dialectV3 } from "../protocol/v3/dialect.ts";
import { writeResponse } from "../protocol/write-response.ts";
import { addressFromWire } from "../sdk/address.ts";
import type { FunctionTable } from "../sdk/bound-function.ts";
import type { ErrorDetail, ResolvedHandlerOptions } from "./options.ts";

/** Bytes of a request to bytes of a response. */
export type Invoke = (bytes: Uint8Array, env: unknown) => Promise<Uint8Array<ArrayBuffer>>;

/** What `Invoke` rejects with: the error, and whose fault it is. `onError` has been told of it. */
export class InvocationError {
  readonly error: unknown;
  /** The bytes were no request that may come in; nothing of the user's has run. */
  readonly isRequestAtFault: boolean;

  constructor(error: unknown, isRequestAtFault: boolean) {
    this.error = error;
    this.isRequestAtFault = isRequestAtFault;
  }
}

const clock: Clock = {
  now: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Decode, execute, encode. Rejects with an `InvocationError` alone, after `onError` got it. */
export function createInvoke(
  functions: () => FunctionTable,
  options: ResolvedHandlerOptions,
): Invoke {
  const { onError, decodeLimits, maxBodyBytes } = options;
  return async (bytes, env) => {
    let batch: InvocationBatch | undefined;
    let failedIndex = -1;
    try {
      if (bytes.length > maxBodyBytes) throw bodyTooLarge(maxBodyBytes);
      const protocol = options.protocol === "auto" ? detectProtocol(bytes) : options.protocol;
      const dialect = protocol === "v2" ? dialectV2 : dialectV3;
      batch = readRequest(dialect, bytes, decodeLimits);
      const address = addressFromWire(batch.target);
      const outcome = await execute(functions(), batch, {
        ...options,
        features: dialect.features,
        clock,
        env: options.env === undefined ? env : options.env.value,
        keepPrefix: false,
        onDeadLetter: (error, { argument }) =>
          report(onError, error, { address, messageTypename: argument.typename }),
      });
      if (outcome.kind === "failed") {
        failedIndex = outcome.index;
        throw outcome.error;
      }
      const response = writeResponse(dialect, outcome);
      if (response.length > maxBodyBytes) throw responseTooLarge(response.length, maxBodyBytes);
      return response;
    } catch (error) {
      report(onError, error, batch === undefined ? {} : detailOf(batch, failedIndex));
      throw new InvocationError(error, batch === undefined);
    }
  };
}

function detailOf(batch: InvocationBatch, index: number): ErrorDetail {
  const address = addressFromWire(batch.target);
  const invocation = batch.invocations[index];
  if (invocation === undefined) return { address };
  return { address, messageTypename: invocation.argument.typename };
}

/** A cluster would fail on it with less to say. */
function responseTooLarge(size: number, maxBodyBytes: number): StateFunError {
  return new StateFunError(
    "limit_exceeded",
    `the response has ${size} bytes, more than maxBodyBytes (${maxBodyBytes}): send less in one batch`,
  );
}

export function bodyTooLarge(maxBodyBytes: number): StateFunError {
  return new StateFunError(
    "limit_exceeded",
    `the request has more bytes than maxBodyBytes (${maxBodyBytes})`,
  );
}

/** `onError` is user code: what it throws must not change the answer. */
export function report(
  onError: ResolvedHandlerOptions["onError"],
  error: unknown,
  detail: ErrorDetail,
): void {
  try {
    onError(error, detail);
  } catch (thrown) {
    console.error(`statefun: onError threw ${show(thrown)}`);
  }
}
