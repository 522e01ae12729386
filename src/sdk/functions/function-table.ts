import { invalid } from "../../internal/assert.ts";
import { show } from "../../internal/show.ts";
import type { BoundFunction, FunctionTable } from "../invocation/bound-function.ts";

/** A part of an application, by its name. `StatefulFunctions` is one. */
export interface Module<Env = unknown> {
  readonly "~module": string;
  readonly "~env"?: (env: Env) => void;
}

/**
 * A module, whatever it wants of `env`. No type of an `env` stands in it: where a list of these is expected, the compiler would
 * take that type for the one of a `new StatefulFunctions()` in the list, and ask for an `env` that the functions do not want.
 */
export interface AnyModule {
  readonly "~module": string;
  readonly "~env"?: unknown;
}

/** What all the modules together want of `env`: the intersection. */
export type EnvOf<M> = M extends AnyModule
  ? EnvOf<readonly [M]>
  : M extends readonly AnyModule[]
    ? M[number] extends { readonly "~env"?: (env: infer E) => void }
      ? E
      : never
    : never;

interface Part {
  readonly "~module": string;
  readonly "~functions": ReadonlyMap<string, BoundFunction>;
}

/** Functions that can be looked up, and listed as far as their names are known. */
export interface ListedFunctions extends FunctionTable {
  names(): Iterable<string>;
}

/**
 * Finds the functions of all modules, those too that are bound after this call. Throws
 * `invalid_argument` when two modules bind one name.
 */
export function functionTable(modules: unknown): ListedFunctions {
  const parts = [modules].flat().map(assertPart);
  const table = {
    names: () => parts.flatMap((part) => [...part["~functions"].keys()]),
    get(typename: string) {
      let owner: Part | undefined;
      for (const part of parts) {
        if (!part["~functions"].has(typename)) continue;
        if (owner !== undefined) throw boundTwice(typename, parts, [owner, part]);
        owner = part;
      }
      return owner?.["~functions"].get(typename);
    },
  };
  for (const typename of table.names()) table.get(typename);
  return table;
}

function boundTwice(typename: string, all: readonly Part[], owners: readonly Part[]): Error {
  const names = owners.map((part) => `${show(part["~module"])} (number ${all.indexOf(part) + 1})`);
  return invalid(`${typename} is bound by two modules, ${names.join(" and ")}`);
}

function assertPart(module: unknown): Part {
  // Whatever has a map of functions under this name is a module of ours, of this copy or another.
  if (Object(module)["~functions"] instanceof Map) return module as Part;
  throw invalid(`expected StatefulFunctions or a list of them, got ${show(module)}`);
}
