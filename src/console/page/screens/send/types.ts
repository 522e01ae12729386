import type { FunctionsPage, TypeRow } from "../../api/types.ts";
import { initialOf } from "../../form/initial.ts";
import { type Schema, schemaOf } from "../../form/schema.ts";
import { stringType, type ValueForm } from "../../ui/values/value-text.ts";
import { jsonText } from "./message.ts";

/** What the page knows of the type of a message. */
export interface KnownType {
  readonly typename: string;
  readonly kind: TypeRow["kind"] | "unknown";
  /** Undefined: a form cannot be shown. */
  readonly schema: Schema | undefined;
}

const named = (name: string): string => `io.statefun.types/${name}`;

const floating: Schema = {
  anyOf: [{ type: "number" }, { enum: ["NaN", "Infinity", "-Infinity"] }],
};

/** As text: a `long` has more digits than a double. */
const scalars: ReadonlyMap<string, Schema> = new Map<string, Schema>([
  [stringType, { type: "string" }],
  [named("int"), { type: "integer", minimum: -2_147_483_648, maximum: 2_147_483_647 }],
  [named("long"), { type: "string", pattern: "^-?[0-9]{1,19}$", default: "0" }],
  [named("float"), floating],
  [named("double"), floating],
  [named("bool"), { type: "boolean" }],
]);

export function knownType(typename: string, page: FunctionsPage | undefined): KnownType {
  const scalar = scalars.get(typename);
  if (scalar !== undefined) return { typename, kind: "scalar", schema: scalar };
  const row = page?.types.find((one) => one.typename === typename);
  if (row === undefined) return { typename, kind: "unknown", schema: undefined };
  return { typename, kind: row.kind, schema: schemaOf(row.schema) };
}

/** Types that a function takes; empty where it takes any, or nothing is known of it. */
export function acceptedBy(typename: string, page: FunctionsPage | undefined): readonly string[] {
  return page?.functions.find((one) => one.typename === typename)?.accepts ?? [];
}

/** Types that can be named where a function takes any. */
export function allTypes(page: FunctionsPage | undefined): readonly string[] {
  const all = [...(page?.types ?? []).map(({ typename }) => typename), ...scalars.keys()];
  return [...new Set(all)].sort();
}

export function formOf({ kind }: KnownType, asked: string): ValueForm {
  if (kind === "bytes") return "base64";
  return kind === "unknown" && asked === "bytes" ? "base64" : "json";
}

/** What a message of a type begins with. */
export function startOf(type: KnownType, form: ValueForm): string {
  if (form === "base64") return "";
  return jsonText(type.schema === undefined ? {} : initialOf(type.schema, type.schema, Date.now()));
}
