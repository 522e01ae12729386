import {
  type AnyModule,
  defineModule,
  invocationHandler,
  type Module,
  requestReplyHandler,
  StatefulFunctions,
  string,
} from "statefun";
import { serve as serveBun } from "statefun/bun";
import { serve as serveDeno } from "statefun/deno";
import { serve } from "statefun/node";
import { createRuntime } from "statefun/runtime";
import { createTestRuntime } from "statefun/testing";

interface Env {
  readonly greeting: string;
}
interface Other {
  readonly secret: string;
}
export const functions = new StatefulFunctions<Env>("env");
export const greets = functions.bind(
  "traps/greets",
  { accepts: string, replies: string },
  (context, name) => context.reply(`${context.env.greeting} ${name}`),
);
const others = new StatefulFunctions<Other>("others");
const without = new StatefulFunctions("without");

/** What a server calls with a request and something of its own. */
type Serve = (
  handler: (
    request: Request,
    info: { readonly remoteAddr: string },
  ) => Response | Promise<Response>,
) => void;

export function servers(denoServe: Serve, env: Env): void {
  denoServe(requestReplyHandler(without));
  denoServe(requestReplyHandler(functions, { env }));
  void serve({ fetch: requestReplyHandler(without) });
  void serve({ fetch: requestReplyHandler(functions, { env }) });
  void serveDeno({ fetch: requestReplyHandler(functions, { env }) });
  void serveBun({ fetch: requestReplyHandler(functions, { env }) });
  // @ts-expect-error what Deno passes is not the env
  denoServe(requestReplyHandler(functions));
  // @ts-expect-error nobody gives the env
  void serve({ fetch: requestReplyHandler(functions) });
  // @ts-expect-error nobody gives the env
  void serveDeno({ fetch: requestReplyHandler(functions) });
  // @ts-expect-error nobody gives the env
  void serveBun({ fetch: requestReplyHandler(functions) });
}

export async function calls(
  request: Request,
  bytes: Uint8Array,
  env: Env,
  other: Other,
): Promise<void> {
  await requestReplyHandler(functions)(request, env);
  await requestReplyHandler([functions, others])(request, { ...env, ...other });
  await requestReplyHandler([functions, without])(request, env);
  await invocationHandler(functions)(bytes, env);
  // @ts-expect-error an env of another module
  await requestReplyHandler(functions)(request, other);
  // @ts-expect-error no env
  await requestReplyHandler(functions)(request);
  // @ts-expect-error both modules want theirs
  await requestReplyHandler([functions, others])(request, env);
  // @ts-expect-error an option of another module
  requestReplyHandler(functions, { env: other });
}

/** Made where it is given, a module wants what it says, and no less. */
export async function inline(env: Env, other: Other, unknown: readonly AnyModule[]): Promise<void> {
  await createRuntime({ modules: [new StatefulFunctions<Env>()], env });
  // @ts-expect-error nobody gives the env
  await createRuntime({ modules: [new StatefulFunctions<Env>()] });
  // @ts-expect-error an env of another module
  await createRuntime({ modules: [new StatefulFunctions<Env>()], env: other });
  // @ts-expect-error both modules want theirs
  await createRuntime({ modules: [new StatefulFunctions<Env>(), others], env });
  // @ts-expect-error nobody gives the env
  await createTestRuntime([new StatefulFunctions<Env>()]);
  // @ts-expect-error what modules of any kind want is not known
  await createRuntime({ modules: unknown });
  // @ts-expect-error nobody gives the env
  void serve({ fetch: requestReplyHandler([new StatefulFunctions<Env>()]) });
}

export const wants: Module<Env> = defineModule({ name: "wants", functions: [functions, without] });
// @ts-expect-error a module of any kind may want more
export const less: Module = functions as AnyModule;
// @ts-expect-error one of its functions wants an env
export const none: Module = defineModule({ name: "none", functions: [functions, without] });
