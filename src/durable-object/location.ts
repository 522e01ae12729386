import { invalid } from "../internal/assert.ts";
import { StateFunError } from "../internal/errors.ts";
import { reasonOf, show } from "../internal/show.ts";
import type { WireAddress } from "../model/invocation.ts";
import { type Address, addressOf } from "../sdk/addressing/address.ts";
import type { DurableObjectNamespaceLike } from "./platform.ts";

/**
 * Where the platform should make an object. Other names are accepted, because the platform adds some. (Source:
 * developers.cloudflare.com/durable-objects/reference/data-location)
 */
export type LocationHint =
  | "wnam"
  | "enam"
  | "sam"
  | "weur"
  | "eeur"
  | "apac"
  | "oc"
  | "afr"
  | "me"
  | (string & {});

/** The only place where objects run and store. Other names are accepted, because the platform adds some. (Source: as above) */
export type Jurisdiction = "eu" | "fedramp" | "fedramp-high" | "us" | (string & {});

/** What the options say of the place of objects. */
export interface LocationOptions<Env> {
  readonly locationHint?: LocationHint | ((address: Address) => LocationHint | undefined);
  readonly jurisdiction?: Jurisdiction | ((env: Env) => Jurisdiction | undefined);
}

const names = /^[a-z][a-z0-9-]*$/;

function assertName(value: unknown, what: string): asserts value is string {
  if (typeof value === "string" && names.test(value)) return;
  throw invalid(
    `${what} must be a name of the platform such as "weur" or "eu", got ${show(value)}`,
  );
}

/** Throws `invalid_argument` for options that cannot be meant. */
export function assertLocation<Env>({ locationHint, jurisdiction }: LocationOptions<Env>): void {
  if (typeof locationHint !== "function" && locationHint !== undefined) {
    assertName(locationHint, "locationHint");
  }
  if (typeof jurisdiction !== "function" && jurisdiction !== undefined) {
    assertName(jurisdiction, "jurisdiction");
  }
}

/**
 * The hint for the object of an address; `address` is undefined where no function is asked for it. It is advice: what a
 * function throws, or gives besides a name, is reported once, and the object is made without it.
 */
export function hintsOf(
  given: LocationOptions<never>["locationHint"],
  onError: (error: unknown) => void,
): (address: WireAddress | undefined) => LocationHint | undefined {
  if (typeof given !== "function") return () => given;
  let isReported = false;
  return (address) => {
    if (address === undefined) return undefined;
    const { typename, id } = address;
    const what = `locationHint of ${typename} ${show(id)}`;
    try {
      const hint = given(addressOf(typename, id, undefined));
      if (hint !== undefined) assertName(hint, what);
      return hint;
    } catch (cause) {
      if (!isReported) onError(asInvalid(what, cause));
      isReported = true;
      return undefined;
    }
  };
}

/** The part of a namespace that is in a jurisdiction. Throws `misconfigured` where the platform has none of that name. */
export function within(
  namespace: DurableObjectNamespaceLike,
  jurisdiction: unknown,
): DurableObjectNamespaceLike {
  if (jurisdiction === undefined) return namespace;
  try {
    assertName(jurisdiction, "jurisdiction");
    if (namespace.jurisdiction === undefined) throw invalid("the namespace has no jurisdictions");
    // A name of the platform, which has the type of its own.
    return namespace.jurisdiction(jurisdiction as never) as DurableObjectNamespaceLike;
  } catch (cause) {
    const text = `the platform refused jurisdiction ${show(jurisdiction)}: ${reasonOf(cause)}: under wrangler dev make it a function of env that returns undefined`;
    throw new StateFunError("misconfigured", text, { cause });
  }
}

/** Throws `misconfigured` for an object in another jurisdiction than that of its engine: its messages would go elsewhere. */
export function assertJurisdiction(actual: unknown, wanted: string | undefined): void {
  // Not everywhere does the platform give it.
  if (typeof actual !== "string" || actual === wanted) return;
  const text = `the object is in jurisdiction ${show(actual)}, and the engine is for ${wanted === undefined ? "none" : show(wanted)}: use the same one in every Worker`;
  throw new StateFunError("misconfigured", text);
}

function asInvalid(what: string, cause: unknown): StateFunError {
  if (cause instanceof StateFunError) return cause;
  return new StateFunError("invalid_argument", `${what} threw: ${reasonOf(cause)}`, { cause });
}

/** The jurisdiction of all objects of an environment. */
export function jurisdictionOf<Env>(
  given: LocationOptions<Env>["jurisdiction"],
  env: Env,
): string | undefined {
  if (typeof given !== "function") return given;
  try {
    return given(env);
  } catch (cause) {
    throw new StateFunError("misconfigured", `jurisdiction threw: ${reasonOf(cause)}`, { cause });
  }
}
