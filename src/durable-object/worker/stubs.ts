import { isOwnNamespace } from "../../internal/assert.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { hintsOf, jurisdictionOf, type LocationOptions, within } from "../location.ts";
import { assertRpc } from "../misconfigured.ts";
import type { ObjectRpc } from "../object-rpc.ts";
import type { DurableObjectNamespaceLike } from "../platform.ts";

/** What stubs are made by, beside the namespace. */
export interface StubParts<Env> {
  readonly location: LocationOptions<Env>;
  /** Of the namespace, for errors. */
  readonly binding: string;
  /** Does what throws `misconfigured`, and reports that. */
  readonly check: <T>(work: () => T) => T;
  readonly onError: (error: unknown) => void;
}

/** The object of a name, by RPC. `address` is one that is in it, if that is known: its place may depend on it. */
export type Stubs<Env> = (
  env: Env,
  namespace: DurableObjectNamespaceLike,
  name: string,
  address: WireAddress | undefined,
) => ObjectRpc;

export function stubsOf<Env>({ location, binding, check, onError }: StubParts<Env>): Stubs<Env> {
  const { jurisdiction } = location;
  const hintOf = hintsOf(location.locationHint, onError);
  return (env, namespace, name, address) => {
    const restricted = check(() => within(namespace, jurisdictionOf(jurisdiction, env)));
    // What belongs to the engine is not of the functions that a program knows.
    const isOwn = address !== undefined && isOwnNamespace(address.typename);
    const locationHint = hintOf(isOwn ? undefined : address);
    const id = restricted.idFromName(name) as never;
    // An option of the platform, which has the type of its own.
    const options = (locationHint === undefined ? undefined : { locationHint }) as never;
    const object = options === undefined ? restricted.get(id) : restricted.get(id, options);
    check(() => assertRpc(object, binding));
    // Its methods are those of our class.
    return object as ObjectRpc;
  };
}
