import { type HandlerOptions, requestReplyHandler, StateFunError } from "statefun";
import { type ContractEnv, contractFunctions, finished } from "./functions.ts";

/** What `onError` got, newest last: only there may an internal message be seen. */
const errors: { readonly code: string; readonly message: string }[] = [];

function observe(error: unknown): void {
  const code = error instanceof StateFunError ? error.code : "none";
  errors.push({ code, message: error instanceof Error ? error.message : String(error) });
  if (errors.length > 100) errors.shift();
}

const env: ContractEnv = { name: "the option env" };

/** Long enough for a client to be refused, short enough for a test. */
const hurryMs = 300;

/** One handler for each set of options under test. */
export const routes: readonly (readonly [path: string, HandlerOptions<ContractEnv>])[] = [
  ["/auto", { env, onError: observe }],
  ["/v2", { env, onError: observe, protocol: "v2" }],
  ["/v3", { env, onError: observe, protocol: "v3" }],
  ["/small", { env, onError: observe, maxBodyBytes: 20_000 }],
  ["/hurried", { env, onError: observe, timeoutMs: hurryMs }],
  [
    "/secret",
    {
      env,
      onError: observe,
      authenticate: (request) => request.headers.get("authorization") === "Bearer let-me-in",
    },
  ],
  [
    "/secret-later",
    {
      env,
      onError: observe,
      authenticate: async (request) => {
        await Promise.resolve();
        const credentials = request.headers.get("authorization");
        if (credentials === null) throw new Error("the secret is that there is no header");
        return credentials === "Bearer let-me-in";
      },
    },
  ],
  // The second argument of the handler is `context.env`.
  ["/bindings", { onError: observe }],
];

const handlers = new Map(
  routes.map(([path, options]) => [path, requestReplyHandler(contractFunctions, options)]),
);

/** What the suite looks at from outside. */
export function observed(): Response {
  return Response.json({ errors, finished: finished.count });
}

/** The whole program: what a runtime serves, in the shape that each of them takes. */
export async function fetch(request: Request, bindings?: ContractEnv): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/observed") return observed();
  const handler = handlers.get(pathname);
  if (handler === undefined) return new Response("no such route\n", { status: 404 });
  return handler(request, bindings ?? { name: "no bindings" });
}
