import { StateFunError } from "../internal/errors.ts";
import { type AnyModule, type EnvOf, functionTable } from "../sdk/module.ts";
import { createInvoke, InvocationError, report } from "./invoke.ts";
import {

  type ExecutionContextLike,
  type HandlerOptions,
  resolveHandlerOptions,
} from "./options.ts";
import { readBody } from "./read-body.ts";

/** A module that wants an `env` makes the second argument required: Workers give it, elsewhere pass the option. */
export type FetchHandler<Env = unknown> = unknown extends Env
  ? (
      request: Request,
      env?: unknown,
      executionContext?: ExecutionContextLike,
    ) => Promise<Response>
  : (request: Request, env: Env, executionContext?: ExecutionContextLike) => Promise<Response>;

/**
 * Serves functions to a StateFun cluster over fetch: `export default { fetch: handler }`. Never rejects.
 *
 * 200 with the response · 400 `malformed_request` · 401 `unauthenticated` · 405 with `Allow: POST` · 413 with
 * the name of the limit · 415 for another type than `application/octet-stream` or any content encoding · 500
 * for all that user code did. A runtime retries a 500, and fails its job on a 4xx: none of these is an
 * answer to a request that a runtime sends, but for a body over the limits.
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
  const resolved = resolveHandlerOptions(options);
  const invoke = createInvoke(functionTable(functions), resolved);
  const { authenticate, maxBodyBytes, onError } = resolved;

  return async (request, env) => {
    if (request.method !== "POST") {
      return refusal(405, "method_not_allowed", { allow: "POST" });
    }
    try {
      if (authenticate !== undefined && (await authenticate(request)) !== true) {
        report(onError, new StateFunError("unauthenticated", "authenticate said no"), {});
        return refusal(401, "unauthenticated");
      }
      if (!isOctetStream(request.headers)) return refusal(415, "unsupported_media_type");
      const body = await readBody(request, maxBodyBytes);
      const response = await invoke(body, env);
      return new Response(response, { headers: { "content-type": "application/octet-stream" } });
    } catch (error) {
      if (error instanceof InvocationError) return refuse(error.error, error.isRequestAtFault);
      report(onError, error, {});
      return refuse(error, true);
    }
  };
}

/** The same without HTTP, for any other server: bytes in, bytes out. Rejects with what went wrong. */
export function invocationHandler<const M extends AnyModule | readonly AnyModule[]>(
  functions: M,
  options?: HandlerOptions<EnvOf<M>>,
): (bytes: Uint8Array, env?: EnvOf<M>) => Promise<Uint8Array<ArrayBuffer>> {
  const invoke = createInvoke(functionTable(functions), resolveHandlerOptions(options ?? {}));
  return (bytes, env) =>
    invoke(bytes, env).catch((error: unknown) => {
      throw error instanceof InvocationError ? error.error : error;
    });
}

/** Runtimes send exactly this type, and never compress. */
function isOctetStream(headers: Headers): boolean {
  const type = headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  return type === "application/octet-stream" && !headers.has("content-encoding");
}

function refuse(error: unknown, isRequestAtFault: boolean): Response {
  if (!(error instanceof StateFunError)) return refusal(500, "failed");
  const { code, message } = error;
  if (isRequestAtFault && code === "malformed_request") return refusal(400, code);
  // The message says which limit, and nothing of the user's.
  if (isRequestAtFault && code === "limit_exceeded") return refusal(413, `${code}: ${message}`);
  return refusal(500, code);
}

function refusal(status: number, line: string, headers?: Readonly<Record<string, string>>): Response {
  return new Response(`${line}\n`, {
    status,
    headers: { "content-type": "text/plain;charset=utf-8", ...headers },
  });
}

