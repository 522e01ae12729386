import { StateFunError } from "../internal/errors.ts";
import type { KnownStates } from "../model/invocation.ts";
import type { MissingValue } from "../model/outcome.ts";
import type { BoundFunction } from "../sdk/invocation/bound-function.ts";
import { type StateHost, traitsOf } from "../sdk/types/type-traits.ts";

/** Every declared state that the runtime does not know, in the order of the declarations; undefined where it knows all. */
export function missingStates(
  fn: BoundFunction,
  known: KnownStates,
  host: StateHost,
): MissingValue[] | undefined {
  let missing: MissingValue[] | undefined;
  for (const { name, type, expiration } of fn.states.values()) {
    traitsOf(type).assertState?.(name, host);
    if (known.has(name)) continue;
    missing ??= [];
    missing.push({ name, typename: type.typename, expiration });
  }
  return missing;
}

/** On wire v2 the module.yaml declares states, and the runtime would drop a write of any other. */
export function undeclaredState(
  fn: BoundFunction,
  missing: readonly MissingValue[],
): StateFunError {
  const lines = missing.map(({ name, expiration: { mode, afterMs } }) => {
    const line = `\n    - name: ${JSON.stringify(name)}`;
    const expireMode = mode === "after-call" ? "after-invoke" : mode;
    if (mode === "none") return line;
    return `${line}\n      expireAfter: ${afterMs}ms\n      expireMode: ${expireMode}`;
  });
  return new StateFunError(
    "undeclared_state",
    `module.yaml lacks states of ${fn.typename}; add to its spec:\n  states:${lines.join("")}`,
  );
}
