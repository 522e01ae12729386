import { invalid } from "../internal/assert.ts";
import { StateFunError } from "../internal/errors.ts";
import { didYouMean } from "../internal/nearest.ts";
import { show } from "../internal/show.ts";
import type { ResolvedSurfaceOptions } from "./options.ts";
import type { KeptEgress, SurfaceFunction, SurfaceHost } from "./surface-host.ts";

/** What may be reached from outside. */
export interface Exposure {
  functionOf(typename: string): SurfaceFunction | undefined;
  egressOf(typename: string): KeptEgress | undefined;
  /** Those whose names are known: what a misspelt one may have meant. */
  functionNames(): Iterable<string>;
  egressNames(): Iterable<string>;
}

/** Throws `invalid_argument` for a name that is neither a function nor an egress that is kept. */
export function exposureOf({ expose }: ResolvedSurfaceOptions, host: SurfaceHost): Exposure {
  if (expose === "all") {
    return {
      functionOf: (typename) => host.functionOf(typename),
      egressOf: (typename) => host.keptEgress(typename),
      functionNames: () => namesOf(host.functions()),
      egressNames: () => namesOf(host.keptEgresses()),
    };
  }
  const functions = new Set<string>();
  const egresses = new Set<string>();
  for (const { typename, kind } of expose) {
    const isFunction = kind !== "egress" && host.functionOf(typename) !== undefined;
    const isEgress = kind !== "function" && host.keptEgress(typename) !== undefined;
    if (isFunction) functions.add(typename);
    if (isEgress) egresses.add(typename);
    if (isFunction || isEgress) continue;
    const what = {
      function: "a function",
      egress: "a kept egress",
      any: "a function or a kept egress",
    };
    const known = namesOf([...host.functions(), ...host.keptEgresses()]);
    throw invalid(
      `http.expose names ${show(typename)}, which is not ${what[kind]} of this application: it has ${known.join(", ") || "none"}${didYouMean(typename, known)}`,
    );
  }
  return {
    functionOf: (typename) => (functions.has(typename) ? host.functionOf(typename) : undefined),
    egressOf: (typename) => (egresses.has(typename) ? host.keptEgress(typename) : undefined),
    functionNames: () => functions,
    egressNames: () => egresses,
  };
}

/** `known` are the names that the caller may reach: no other names are shown. */
export function unknownFunction(typename: string, known: Iterable<string>): StateFunError {
  const hint = didYouMean(typename, known);
  const text = `no function ${show(typename)} can be reached here${hint}`;
  return new StateFunError("unknown_function", text);
}

export function namesOf(all: Iterable<{ readonly typename: string }>): string[] {
  return Array.from(all, ({ typename }) => typename);
}
