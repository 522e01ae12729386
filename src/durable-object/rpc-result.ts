import { StateFunError, type StateFunErrorCode } from "../internal/errors.ts";
import { peek, reasonOf } from "../internal/show.ts";
import type { RpcResult } from "./object-rpc.ts";

/** Runs the work of an RPC. An error that is not a `StateFunError` is rethrown: the platform logs it. */
export async function asResult<T>(work: () => Promise<T>): Promise<RpcResult<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (!(error instanceof StateFunError)) throw error;
    return { error: { code: error.code, message: error.message } };
  }
}

/** What the platform threw of an RPC, and whether the object took more memory or processor than it may. */
export interface PlatformError {
  readonly isOutOfResources: boolean;
}

/**
 * Of an error of `resultOf`: undefined if it is the object's own, or if the object has not seen the RPC.
 */
export function platformErrorOf(error: unknown): PlatformError | undefined {
  const cause = error instanceof StateFunError ? error.cause : undefined;
  const isOwn = cause === undefined || cause instanceof StateFunError;
  if (isOwn || peek(cause, "overloaded") === true) return undefined;
  // The platform has no codes for them.
  return { isOutOfResources: /exceeded .*(memory|cpu)/i.test(reasonOf(cause)) };
}

/**
 * The result of an RPC, or its error. What the platform throws (an object that is overloaded, moved, or was ended in
 * the middle) is `unavailable`: whether it happened is unknown.
 */
export async function resultOf<T>(rpc: () => Promise<RpcResult<T>>): Promise<T> {
  let answer: RpcResult<T>;
  try {
    answer = await rpc();
  } catch (cause) {
    // There was no RPC yet: it has no way to bring one of ours.
    if (cause instanceof StateFunError) throw cause;
    const why = peek(cause, "overloaded") === true ? "the object is overloaded" : reasonOf(cause);
    throw new StateFunError("unavailable", `a Durable Object did not answer: ${why}`, { cause });
  }
  if (!("error" in answer)) return answer.value;
  const { code, message } = answer.error;
  // It was made of an error of ours at the other end, of the same code.
  throw new StateFunError(code as StateFunErrorCode, message);
}
