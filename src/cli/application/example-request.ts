import type { BoundFunction } from "../../sdk/invocation/bound-function.ts";
import { bool, double, float, int, long, string } from "../../sdk/types/builtin-types.ts";
import type { AnyType } from "../../sdk/types/type.ts";
import { jsonOf, traitsOf } from "../../sdk/types/type-traits.ts";
import type { ShownApplication } from "../ipc.ts";
import { exampleValue } from "./example-value.ts";

const id = "zoe";

/** A request that a function takes; undefined where its messages cannot be written by hand. */
export function exampleRequest(
  { typename, accepts, replies }: BoundFunction,
  url: string,
): ShownApplication["example"] {
  const types: readonly AnyType[] = accepts === undefined ? [string] : [accepts].flat();
  const flags = types.map((type) => flagsOf(type, types)).find((one) => one !== undefined);
  if (flags === undefined) return undefined;
  // A function that replies is called, and its reply shown.
  const wait = replies === undefined ? "" : " -H 'prefer: wait=5'";
  const path = typename.split("/").map(encodeURIComponent).join("/");
  const curl = `curl ${quoted(`${url}/functions/${path}/${id}`)}${wait} ${flags}`;
  return { typename, id, curl };
}

const scalars: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  [bool.typename, true],
  [int.typename, 1],
  [long.typename, "1"],
  [float.typename, 0.5],
  [double.typename, 0.5],
]);

/** The content of a message of this type. Undefined for one of bytes that only its program knows. */
function flagsOf(type: AnyType, all: readonly AnyType[]): string | undefined {
  const header = (name: string, value: string): string => `-H ${quoted(`${name}: ${value}`)}`;
  if (type.typename === string.typename) {
    return `${header("content-type", "text/plain")} -d hello`;
  }
  const isJson = (one: AnyType): boolean => jsonOf(one) !== undefined;
  const scalar = scalars.get(type.typename);
  const value = isJson(type) ? exampleValue(traitsOf(type).sealed?.type ?? type) : scalar;
  if (value === undefined) return undefined;
  const isOnly = all.length === 1 || (isJson(type) && all.filter(isJson).length === 1);
  const typename = isOnly ? "" : ` ${header("statefun-type", type.typename)}`;
  const body = quoted(JSON.stringify(value));
  return `${header("content-type", "application/json")}${typename} -d ${body}`;
}

/** For a shell: as it is where that is safe. */
function quoted(text: string): string {
  return /^[\w/:.%@=,+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
