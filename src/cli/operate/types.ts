import { invalid } from "../../internal/assert.ts";
import { bool, double, float, int, long, string } from "../../sdk/types/builtin-types.ts";
import { exitCodes, Failure } from "./failure.ts";
import type { Api } from "./http/api.ts";
import { fieldOf, type Json, rowsIn, textIn } from "./http/json.ts";

/** A type of a message or a state, as far as it is known how its values are sent. */
export interface KnownType {
  readonly typename: string;
  /** Undefined: the server does not say. */
  readonly kind: "text" | "json" | "bytes" | undefined;
}

const scalars = [string, int, long, bool, float, double].map(({ typename }) => typename);

/** A function as operators see it. */
export interface SeenFunction {
  readonly accepts: readonly string[];
  readonly states: ReadonlyMap<string, string>;
  kindOf(typename: string): KnownType;
}

/** By the API for operators; undefined where this caller may not use it, or there is no such function. */
export async function functionSeen(api: Api, name: string): Promise<SeenFunction | undefined> {
  try {
    let after: string | undefined;
    for (;;) {
      const page = await api.read("/admin/functions", { after });
      const found = rowsIn(page, "functions")?.find((row) => textIn(row, "typename") === name);
      if (found !== undefined) return seenOf(found, rowsIn(page, "types") ?? []);
      const next = textIn(page, "next");
      if (next === undefined || next === after) return undefined;
      after = next;
    }
  } catch (error) {
    // Whoever may send need not be an operator.
    if (error instanceof Failure && error.exitCode === exitCodes.refused) return undefined;
    throw error;
  }
}

function seenOf(row: Json, types: readonly Json[]): SeenFunction {
  const accepts = fieldOf(row, "accepts");
  const states = (rowsIn(row, "states") ?? []).map(
    (state) => [textIn(state, "name") ?? "", textIn(state, "type") ?? ""] as const,
  );
  const kinds = new Map(types.map((type) => [textIn(type, "typename"), textIn(type, "kind")]));
  return {
    accepts: Array.isArray(accepts) ? accepts.map(String) : [],
    states: new Map(states),
    kindOf: (typename) => typeNamed(typename, kinds.get(typename)),
  };
}

/** A type by its name, StateFun's own also by their short ones. */
export function typeNamed(name: string, kind?: string): KnownType {
  const scalar = scalars.find((one) => one === name || one.endsWith(`/${name}`));
  if (scalar !== undefined) {
    return { typename: scalar, kind: scalar === string.typename ? "text" : "json" };
  }
  return { typename: name, kind: kind === "json" || kind === "bytes" ? kind : undefined };
}

/** The type of a message: the one that was named, or the only one that the function takes. */
export async function messageType(
  api: Api,
  name: string,
  asked: string | undefined,
): Promise<KnownType | undefined> {
  const named = asked === undefined ? undefined : typeNamed(asked);
  if (named?.kind !== undefined) return named;
  const seen = await functionSeen(api, name);
  if (named !== undefined) return seen?.kindOf(named.typename) ?? named;
  if (seen === undefined) return undefined;
  const [only, ...others] = seen.accepts;
  if (only !== undefined && others.length === 0) return seen.kindOf(only);
  const takes = only === undefined ? "any type" : seen.accepts.join(", ");
  throw invalid(`${name} takes ${takes}: name the type of the message by --type`);
}
