import type { TypeRow } from "../../api/types.ts";
import { initialOf } from "../../form/initial.ts";
import { type Schema, schemaOf } from "../../form/schema.ts";
import type { FunctionList } from "../../ui/reads/use-functions.ts";
import { type Draft, jsonText } from "./message.ts";

/** What the page knows of the type of a message. */
export interface KnownType {
  readonly typename: string;
  readonly kind: TypeRow["kind"] | "unknown";
  /** Undefined: a form cannot be shown. */
  readonly schema: Schema | undefined;
}

const floating: Schema = {
  anyOf: [{ type: "number" }, { enum: ["NaN", "Infinity", "-Infinity"] }],
};
const schemas: Readonly<Record<string, Schema>> = {
  string: { type: "string" },
  int: { type: "integer", minimum: -2_147_483_648, maximum: 2_147_483_647 },
  // As text: it has more digits than a double.
  long: { type: "string", pattern: "^-?[0-9]{1,19}$", default: "0" },
  float: floating,
  double: floating,
  bool: { type: "boolean" },
};

/** Scalars of StateFun by their typenames. */
export const scalars: ReadonlyMap<string, Schema> = new Map(
  Object.entries(schemas).map(([name, schema]) => [`io.statefun.types/${name}`, schema]),
);

export function knownType(typename: string, { types }: FunctionList): KnownType {
  const scalar = scalars.get(typename);
  if (scalar !== undefined) return { typename, kind: "scalar", schema: scalar };
  const { kind = "unknown", schema } = types.find((one) => one.typename === typename) ?? {};
  return { typename, kind, schema: schemaOf(schema) };
}

/** Types that a function takes; empty where it takes any, or nothing is known of it. */
export function acceptedBy(typename: string, { rows = [] }: FunctionList): readonly string[] {
  return rows.find((one) => one.typename === typename)?.accepts ?? [];
}

/** Types that can be named where a function takes any. */
export function allTypes({ types }: FunctionList): readonly string[] {
  return [...new Set([...types.map(({ typename }) => typename), ...scalars.keys()])].sort();
}

export function formOf({ kind }: KnownType, asked: string): Draft["form"] {
  return kind === "bytes" || (kind === "unknown" && asked === "bytes") ? "base64" : "json";
}

/** What a message of a type begins with. */
export function startOf({ schema }: KnownType, form: Draft["form"]): string {
  if (form === "base64") return "";
  return jsonText(schema === undefined ? {} : initialOf(schema, schema, Date.now()));
}
