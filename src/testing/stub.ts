import { assertTypename, invalid, isRecord } from "../internal/assert.ts";
import { show } from "../internal/show.ts";
import type { FunctionRef } from "../sdk/functions/function-ref.ts";
import { StatefulFunctions } from "../sdk/functions/stateful-functions.ts";
import type { Handler } from "../sdk/invocation/context.ts";
import type { Accepts } from "../sdk/types/type.ts";

export interface Stub {
  readonly typename: string;
  readonly "~stub": unknown;
}

/**
 * Stands in for a function of another application. It may send, emit and reply like any other function; it has no
 * state.
 *
 * @example
 * ```ts
 * import { functionRef, int, StatefulFunctions } from "statefun";
 * import { createTestRuntime, stub } from "statefun/testing";
 *
 * const scorer = functionRef("python/scorer", int, { replies: int });
 *
 * const functions = new StatefulFunctions();
 * const runtime = await createTestRuntime(functions, {
 *   stubs: [stub(scorer, (context, number) => context.reply(number + 1))],
 * });
 * console.log(await runtime.call(scorer.at("a"), 41));
 * await runtime.close();
 * ```
 */
export function stub<A extends Accepts, R extends Accepts>(
  ref: FunctionRef<A, R>,
  // biome-ignore lint/complexity/noBannedTypes: no state is `{}`: `State<{}>` has no names.
  handler: Handler<A, {}, unknown, R>,
): Stub {
  const { typename } = Object(ref);
  assertTypename(typename, "the typename of a stub");
  const module = new StatefulFunctions(`the stub of ${typename}`);
  module.implement(ref, {}, handler);
  return { typename, "~stub": module };
}

/** The module that a stub is. */
export function moduleOf(given: unknown): StatefulFunctions {
  const module = isRecord(given) ? given["~stub"] : undefined;
  if (isRecord(module)) return module as unknown as StatefulFunctions;
  throw invalid(`a stub must be made by stub(ref, handler), got ${show(given)}`);
}

/** Whom it stands in for. */
export function stubbedName(given: unknown): string {
  moduleOf(given);
  return String(Object(given).typename);
}
