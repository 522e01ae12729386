import { assertFunction, assertKnownKeys, invalid } from "../../internal/assert.ts";
import { bytesFromText } from "../../internal/bytes.ts";
import { show } from "../../internal/show.ts";
import type { WireValue } from "../../model/invocation.ts";
import { assertType } from "./assert-type.ts";
import { createType } from "./create-type.ts";
import type { AnyType, Type } from "./type.ts";
import {
  type KeptValue,
  readsTypename,
  type StateHost,
  type TypeTraits,
  traitsOf,
  type Upgrade,
} from "./type-traits.ts";
import { assertNew, assertNotOld, reading, type UpgradeParts } from "./upgrade-reading.ts";

/** How a type reads the values of the type before it. */
export interface UpgradeOptions<Old, Input, OldInput = Old> {
  /** The type before, with another typename or with the same one. It may be `upgraded` itself: so a chain is made. */
  readonly from: Type<Old, string, OldInput>;
  /**
   * Makes of an old value what a sender of the new type would give, which is then checked by the new type. The old value is its
   * own to change. It must give the same for the same value, because it runs at each read until the value is written again. A
   * promise is `invalid_argument`; an error that it throws is `value_invalid`, with the cause kept.
   */
  readonly upgrade: (old: Old) => Input;
  /**
   * Distinguishes old values from new ones where both types have the same typename. It is given the parsed JSON, or the bytes of a type
   * that is not JSON, which it must not change, and it alone decides. A new value of which it says yes is refused where it is
   * sent or stored.
   * @default the new type is tried first. Needed if the new type can read what is old: `json` without a schema, `protobuf`,
   * `bytes` and the scalars can, and are refused without it
   */
  readonly isOld?: (data: unknown) => boolean;
}

/**
 * A type that also reads the values of the type before it, wherever a type is used: states, messages, replies, records. It
 * writes the new type alone. What is only read stays stored as it is, and so does a message that is passed on.
 *
 * With one typename for both, and without `isOld`, a value is new if the new type reads it, unless that changes it (a default, a
 * key that is dropped). If it does, and the old type reads it too and its upgrade is another value, it is refused with
 * `invalid_argument`: nothing is guessed.
 *
 * @example
 * ```ts
 * import { json, shape, upgraded } from "statefun";
 *
 * const NameV1 = json("demo/Name", shape<{ name: string }>());
 * const NameV2 = json("demo/NameV2", shape<{ first: string; last: string }>());
 *
 * export const Name = upgraded(NameV2, {
 *   from: NameV1,
 *   upgrade: ({ name }) => {
 *     const [first = "", ...rest] = name.split(" ");
 *     return { first, last: rest.join(" ") };
 *   },
 * });
 * ```
 */
export function upgraded<V, const N extends string, I, Old, OldInput>(
  type: Type<V, N, I>,
  options: UpgradeOptions<Old, I, OldInput>,
): Type<V, N, I> {
  assertUpgrade(type, options);
  const { typename } = type;
  const { from } = options;
  const isRenamed = !readsTypename(from, typename);
  const traits = traitsOf(type);
  const parts: UpgradeParts = { type, ...options };
  const upgrade: Upgrade = {
    to: type,
    from,
    read: (bytes, name) => reading(parts, bytes, name),
  };
  const decode = (bytes: Uint8Array, name: string): V =>
    // What both ways give is a value of the type.
    upgrade.read(bytes, name).value as V;
  const encode = (value: I): Uint8Array => {
    const bytes = type.encode(value);
    if (!isRenamed) assertNew(parts, bytes);
    return bytes;
  };
  const { keep, kept, json } = traits;
  const open = opening(type, from);
  const openBatch = traits.openBatch ?? traitsOf(from).openBatch;
  return createType<V, N, I>({
    typename,
    traits: {
      ...traits,
      upgrade,
      ...(open && { open }),
      ...(openBatch && { openBatch }),
      reads: (name) => readsTypename(type, name) || readsTypename(from, name),
      kept: (wire) => (readsTypename(from, wire.typename) ? unread(upgrade, wire) : kept?.(wire)),
      assertState: (name, host) => assertFixed(upgrade, name, host),
      ...(keep && !isRenamed && { keep: keepNew(keep, parts) }),
      ...(json && !isRenamed && { json: (value) => decode(textBytes(value), typename) }),
    },
    encode,
    decode: (bytes) => decode(bytes, typename),
  });
}

/** Either of them may be encrypted, and then has another typename. */
function opening(type: AnyType, from: AnyType): TypeTraits["open"] {
  const [own, old] = [traitsOf(type).open, traitsOf(from).open];
  if (own === undefined && old === undefined) return undefined;
  const openOf = (name: string) => (readsTypename(type, name) ? own : old);
  return async (wire, isReply) => openOf(wire.typename)?.(wire, isReply) ?? wire;
}

/** What a type before may have written, read when it is asked for. It stays as it is until something else is written. */
function unread(upgrade: Upgrade, { typename, bytes }: WireValue): KeptValue | undefined {
  if (bytes === undefined) return undefined;
  const open = (): unknown => upgrade.read(bytes, typename).value;
  return { typename, bytes, headers: [], maxBytes: bytes.length, open };
}

/** What is stored is read without a change, so that only `isOld` can be wrong about it. */
function keepNew(
  keep: NonNullable<TypeTraits["keep"]>,
  parts: UpgradeParts,
): NonNullable<TypeTraits["keep"]> {
  const isJson = traitsOf(parts.type).json !== undefined;
  return (value, isAssigned) => {
    const kept = keep(value, isAssigned);
    assertNotOld(parts, () => (isJson ? kept.open() : kept.bytes));
    return kept;
  };
}

/** A cluster keeps the typename that a state had first: any other would fail the job. On wire v2 it is part of the value. */
function assertFixed({ to, from }: Upgrade, name: string, host: StateHost): void {
  if (host.engine !== "flink" || host.wire === "v2") return;
  if (!readsTypename(from, to.typename)) {
    throw invalid(
      `state ${show(name)}: a cluster cannot change the typename of a stored value, so ${to.typename} cannot follow ${from.typename}: give both types the same typename`,
    );
  }
  for (const type of [to, from]) traitsOf(type).assertState?.(name, host);
}

function textBytes(value: unknown): Uint8Array {
  return bytesFromText(JSON.stringify(value) ?? "");
}

const known = ["from", "upgrade", "isOld"];

function assertUpgrade<Old, Input, OldInput>(
  type: AnyType,
  options: UpgradeOptions<Old, Input, OldInput>,
): void {
  assertType(type, "what is upgraded");
  const what = `upgraded ${type.typename}`;
  assertKnownKeys(options, known, `the options of ${what}`);
  const { from, upgrade, isOld } = options;
  assertType(from, `from of ${what}`);
  assertFunction(upgrade, `upgrade of ${what}`);
  if (isOld !== undefined) assertFunction(isOld, `isOld of ${what}`);
  for (const one of [type, from]) {
    if (traitsOf(one).any !== undefined) throw invalid(`${what}: anyValue has no versions`);
  }
  const isSealed = [type, from].some((one) => traitsOf(one).sealed !== undefined);
  if (isSealed && readsTypename(from, type.typename)) {
    throw invalid(`${what}: encrypt the upgraded type instead, as encrypted(upgraded(...), keys)`);
  }
  if (!readsTypename(from, type.typename)) {
    if (isOld === undefined) return;
    throw invalid(`${what}: isOld is for one typename alone, and ${from.typename} is another one`);
  }
  if (isOld === undefined && !isRefusing(type)) {
    throw invalid(
      `${what}: this type can read what the type before has written, so give isOld, which tells old values from new ones`,
    );
  }
}

/** Whether a type refuses what it has not written: one with a schema, and one of somebody's own format. */
function isRefusing(type: AnyType): boolean {
  const traits = traitsOf(type);
  if (traits.upgrade !== undefined) return isRefusing(traits.upgrade.to);
  const { schema } = traits;
  if (schema !== undefined) return Object(schema)["~standard"].vendor !== "statefun";
  return Object.keys(traits).length === 0;
}
