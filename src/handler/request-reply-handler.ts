import { type BodyTime, inBodyTime, readBody } from "../http/read-body.ts";
import { allowDirect, keepContent, servedWithin } from "../http/server-hints.ts";
import { tooLarge } from "../http/too-large.ts";
import { invalid } from "../internal/assert.ts";
import { StateFunError, type StateFunErrorCode } from "../internal/errors.ts";
import { show } from "../internal/show.ts";
import type { AnyModule, EnvOf } from "../sdk/functions/function-table.ts";
import { createInvoker, type InvokeResult } from "./invoke.ts";
import type { ExecutionContextLike, HandlerOptions } from "./options.ts";

/** A module that wants an `env` makes the second argument required: Workers give it, elsewhere pass the option. */
export type FetchHandler<Env = unknown> = unknown extends Env
  ? (request: Request, env?: unknown, executionContext?: ExecutionContextLike) => Promise<Response>
  : (request: Request, env: Env, executionContext?: ExecutionContextLike) => Promise<Response>;

/**
 * Serves functions to a StateFun cluster over fetch: `export default { fetch: handler }`. Never rejects.
 *
 * 200 with the response · 400 `malformed_request` · 401 `unauthenticated` · 405 with `Allow: POST` · 408 for a
 * request that did not arrive in time · 413 with the name of the limit · 415 for another type than
 * `application/octet-stream` or any content encoding · 500 for all that user code did, and for a body that broke
 * off. A runtime retries a 500 and a 408. On another 4xx the OkHttp transport fails its job at once, the async one
 * tries until its time is over: none of these answers a request that a runtime sends, but for a body over the
 * limits or without the credentials it needs.
 *
 * @example
 * ```ts
 * import { requestReplyHandler, StatefulFunctions, string } from "statefun";
 *
 * const functions = new StatefulFunctions();
 * functions.bind("demo/greeter", { accepts: string, replies: string }, (context, name) => {
 *   context.reply(`Hello ${name}`);
 * });
 *
 * // What Workers, `deno serve` and Bun take. On Node: `serve` of `statefun/node`.
 * export default { fetch: requestReplyHandler(functions, { maxBodyBytes: 1_048_576 }) };
 * ```
 */
export function requestReplyHandler<const M extends AnyModule | readonly AnyModule[]>(
  functions: M,
  options: HandlerOptions<EnvOf<M>> & { readonly env: EnvOf<M> },
): (request: Request) => Promise<Response>;
export function requestReplyHandler<const M extends AnyModule | readonly AnyModule[]>(
  functions: M,
  options?: HandlerOptions<EnvOf<M>>,
): FetchHandler<EnvOf<M>>;
export function requestReplyHandler(
  functions: AnyModule | readonly AnyModule[],
  options: HandlerOptions = {},
): (request: Request, env?: unknown) => Promise<Response> {
  const invoker = createInvoker(functions, options);
  const { authenticate, bodyTimeoutMs, maxBodyBytes } = invoker.options;

  const handler = async (request: Request, env?: unknown): Promise<Response> => {
    const { method, headers } = request;
    if (method !== "POST") return answer(405, "method_not_allowed");
    // Runtimes send exactly this type, and never compress.
    const isOctets = /^application\/octet-stream *(;|$)/i.test(headers.get("content-type") ?? "");
    if (!isOctets || headers.has("content-encoding")) return answer(415, "unsupported_media_type");
    let result: InvokeResult;
    try {
      const read = async (time: BodyTime): Promise<Uint8Array> => {
        if (authenticate !== undefined) await time.admit(authenticate, request);
        return readBody(request, maxBodyBytes, undefined, time);
      };
      const bytes = await inBodyTime(bodyTimeoutMs, read, servedWithin(request));
      result = await invoker.invoke(bytes, env);
    } catch (error) {
      result = invoker.refuse(error);
    }
    const bytes = contentOrError(result);
    if (bytes instanceof Response) return bytes;
    const init = { headers: { "content-type": "application/octet-stream" } };
    return keepContent(new Response(bytes, init), bytes);
  };
  if (authenticate !== undefined) return handler;
  return allowDirect(handler, {
    maxBodyBytes,
    bodyTimeoutMs,
    answer: (body) => {
      const invoked = invoker.invoke(body, undefined);
      return invoked instanceof Promise ? invoked.then(contentOrError) : contentOrError(invoked);
    },
    refuse: (error) => contentOrError(invoker.refuse(error)),
  });
}

function contentOrError(result: InvokeResult): Uint8Array<ArrayBuffer> | Response {
  if ("bytes" in result) return result.bytes;
  return errorResponse(result.error, result.isRequestAtFault);
}

/** The answer to a request that went wrong. */
export function errorResponse(error: unknown, isRequestAtFault: boolean): Response {
  if (!(error instanceof StateFunError)) return answer(500, "failed");
  const { code, message } = error;
  const status = (isRequestAtFault && statuses[code]) || 500;
  // The message of a limit says which one, and nothing of the user's.
  return answer(status, status === 413 ? `${code}: ${message}` : code);
}

/**
 * The same without HTTP, for any other server: bytes in, bytes out. Rejects with what went wrong.
 *
 * @example
 * ```ts
 * import { invocationHandler, StatefulFunctions } from "statefun";
 *
 * const functions = new StatefulFunctions();
 * const invoke = invocationHandler(functions);
 *
 * // The body of a request of a cluster to the body of its answer.
 * export const answer = (request: Uint8Array): Promise<Uint8Array> => invoke(request);
 * ```
 */
export function invocationHandler<const M extends AnyModule | readonly AnyModule[]>(
  functions: M,
  options?: HandlerOptions<EnvOf<M>>,
): (bytes: Uint8Array, env?: EnvOf<M>) => Promise<Uint8Array<ArrayBuffer>> {
  const invoker = createInvoker(functions, options ?? {});
  const { maxBodyBytes } = invoker.options;
  return async (bytes, env) => {
    if (!(bytes instanceof Uint8Array)) {
      throw invalid(`the request must be a Uint8Array, got ${show(bytes)}`);
    }
    const invoked =
      bytes.length > maxBodyBytes
        ? invoker.refuse(tooLarge("the request", maxBodyBytes))
        : invoker.invoke(bytes, env);
    const result = invoked instanceof Promise ? await invoked : invoked;
    if ("bytes" in result) return result.bytes;
    throw result.error;
  };
}

/** Of what a request can be refused for; whatever a function did is a 500. */
const statuses: { readonly [code in StateFunErrorCode]?: number } = {
  malformed_request: 400,
  unauthenticated: 401,
  limit_exceeded: 413,
  timed_out: 408,
};

const extra: { readonly [status: number]: Readonly<Record<string, string>> } = {
  405: { allow: "POST" },
  // The rest of the body may never come.
  408: { connection: "close" },
};

function answer(status: number, line: string): Response {
  return new Response(`${line}\n`, { status, headers: extra[status] ?? {} });
}
