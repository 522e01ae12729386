import { invalid } from "../../internal/assert.ts";
import { sameBytes } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import { assertNoPromise } from "../../internal/promises.ts";
import { reasonOf } from "../../internal/show.ts";
import { coded } from "./coded.ts";
import { copyJson, parseJson } from "./json-data.ts";
import { isSame } from "./plain-data.ts";
import type { AnyType } from "./type.ts";
import { readsTypename, traitsOf, type Upgrade } from "./type-traits.ts";

/** A type, the one before it, and the way from there. */
export interface UpgradeParts {
  readonly isOld?: (data: unknown) => boolean;
  readonly type: AnyType;
  readonly from: AnyType;
  readonly upgrade: (old: never) => unknown;
}

/** The value of these bytes, and whether they are those of a predecessor. */
export function reading(
  parts: UpgradeParts,
  bytes: Uint8Array,
  name: string,
): ReturnType<Upgrade["read"]> {
  const { type, from, isOld } = parts;
  if (!readsTypename(from, name)) return own(type, bytes, name);
  if (!readsTypename(type, name) || saysOld(parts, () => dataOf(type, bytes))) {
    return { isOld: true, value: converted(parts, bytes, name) };
  }
  return isOld === undefined ? tried(parts, bytes, name) : own(type, bytes, name);
}

function own(type: AnyType, bytes: Uint8Array, name: string): ReturnType<Upgrade["read"]> {
  const { upgrade } = traitsOf(type);
  return upgrade?.read(bytes, name) ?? { isOld: false, value: type.decode(bytes) };
}

/** Nothing says which it is: the new type, then the old one. */
function tried(parts: UpgradeParts, bytes: Uint8Array, name: string): ReturnType<Upgrade["read"]> {
  const { type } = parts;
  const asNew = attempt(() => own(type, bytes, name));
  if (asNew.result !== undefined && isExact(type, asNew.result.value, bytes)) return asNew.result;
  const asOld = attempt(() => converted(parts, bytes, name));
  if (asNew.result === undefined) {
    if (asOld.error === undefined) return { isOld: true, value: asOld.result };
    const text = `${reasonOf(asNew.error)}; nor can it be read by the type before (${reasonOf(asOld.error)})`;
    throw new StateFunError("value_invalid", text, { cause: asNew.error });
  }
  if (asOld.error !== undefined || isEqual(type, asNew.result.value, asOld.result)) {
    return asNew.result;
  }
  throw invalid(
    `upgraded ${type.typename}: a value is read by the new type and by the type before, with different results: give isOld`,
  );
}

function converted(
  { type, from, upgrade }: UpgradeParts,
  bytes: Uint8Array,
  name: string,
): unknown {
  // Its own value, of the type that the function is declared for.
  const old = own(from, bytes, name).value as never;
  const input = coded(type.typename, "its upgrade failed", old, () => upgrade(old));
  assertNoPromise(input, `upgrade of ${type.typename}`);
  return type.decode(type.encode(input));
}

type Attempt<T> =
  | { readonly result: T; readonly error?: undefined }
  | { readonly result?: undefined; readonly error: StateFunError };

/** What a value may be refused for is no error yet; a mistake of the program is one. */
function attempt<T>(read: () => T): Attempt<T> {
  try {
    return { result: read() };
  } catch (error) {
    if (error instanceof StateFunError && error.code !== "invalid_argument") return { error };
    throw error;
  }
}

/** Whether reading has changed nothing: then the bytes are as this type writes them. */
function isExact(type: AnyType, value: unknown, bytes: Uint8Array): boolean {
  if (traitsOf(type).json !== undefined) {
    return isSame(value, parseJson(type.typename, bytes), true);
  }
  return sameBytes(type.encode(value), bytes);
}

function isEqual(type: AnyType, one: unknown, other: unknown): boolean {
  try {
    if (traitsOf(type).json === undefined) return sameBytes(type.encode(one), type.encode(other));
    const [a, b] = [one, other].map((value) => copyJson(type.typename, value).data);
    return isSame(a, b, true);
  } catch {
    // A transform gave what cannot be compared.
    return false;
  }
}

/** Throws `value_invalid` for a value that its reader would upgrade once more. */
export function assertNew(parts: UpgradeParts, bytes: Uint8Array): void {
  const { type, isOld } = parts;
  if (isOld === undefined) reading(parts, bytes, type.typename);
  else assertNotOld(parts, () => dataOf(type, bytes));
}

export function assertNotOld(parts: UpgradeParts, data: () => unknown): void {
  if (!saysOld(parts, data)) return;
  const text = `${parts.type.typename}: isOld says that this new value is an old one, so its reader would upgrade it again`;
  throw new StateFunError("value_invalid", text);
}

function saysOld({ type, isOld }: UpgradeParts, data: () => unknown): boolean {
  if (isOld === undefined) return false;
  const given = data();
  return coded(type.typename, "its isOld failed", given, () => isOld(given)) === true;
}

function dataOf(type: AnyType, bytes: Uint8Array): unknown {
  return traitsOf(type).json === undefined ? bytes : parseJson(type.typename, bytes);
}
