import type { Handler } from "hono";
import type { HandlerOptions } from "../handler/options.ts";
import { requestReplyHandler } from "../handler/request-reply-handler.ts";
import type { Module } from "../sdk/functions/function-table.ts";

/**
 * The handler in a Hono app: `app.post("/statefun", statefun(functions))`, with the whole path.
 * `context.env` of a function is the app's `c.env`, unless the option `env` is given.
 *
 * @example
 * ```ts
 * import { Hono } from "hono";
 * import { StatefulFunctions } from "statefun";
 * import { statefun } from "statefun/hono";
 *
 * const functions = new StatefulFunctions();
 *
 * const app = new Hono();
 * app.post("/statefun", statefun(functions));
 *
 * export default app;
 * ```
 */
export function statefun<Env extends object>(
  functions: Module<Env> | readonly Module<Env>[],
  options?: HandlerOptions<Env>,
): Handler<{ Bindings: Env }> {
  // Whether an `env` is wanted is checked by this function's own type.
  const handler = requestReplyHandler(functions as Module, options as HandlerOptions);
  return (context) => handler(context.req.raw, context.env);
}
