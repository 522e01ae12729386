import { type AnyType, bool, double, float, int, long, string } from "statefun";
import type { MissingValue, WireAddress, WireValue } from "statefun/protocol";

const builtin = new Map<string, AnyType>(
  [bool, int, long, float, double, string].map((type: AnyType) => [type.typename, type]),
);

/** A value for people: of the built-in types the value itself, of others the name and the text. */
export function showValue({ typename, bytes }: WireValue): string {
  if (bytes === undefined) return `${typename} without a value`;
  const type = builtin.get(typename);
  if (type === undefined) return `${typename} ${new TextDecoder().decode(bytes)}`;
  const value: unknown = type.decode(bytes);
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

export function showAddress({ typename, id }: WireAddress): string {
  return `${typename}/${id}`;
}

export function showState(name: string, value: WireValue | undefined): string {
  return `${name} = ${value === undefined ? "nothing" : showValue(value)}`;
}

export function showMissing({ name, typename, expiration }: MissingValue): string {
  const { mode, afterMs } = expiration;
  return `${name} (${typename}${mode === "none" ? "" : `, expires ${afterMs} ms ${mode}`})`;
}
