import { isObject, isSame } from "./json.ts";

/** A schema of JSON Schema 2020-12: `true` and `{}` take anything. */
export type Schema = Readonly<Record<string, unknown>>;

/** References that lead to references. */
const maxReferences = 32;

/** Keywords that say nothing about the form of a value. */
const notes = new Set(["$schema", "$id", "$defs", "definitions", "$comment", "readOnly"]);

export function schemaOf(given: unknown): Schema | undefined {
  if (given === true) return {};
  return isObject(given) ? given : undefined;
}

/** A schema without references and without `allOf` at its top; undefined where that cannot be said in one schema. */
export function resolved(given: unknown, root: Schema, depth: number = 0): Schema | undefined {
  const schema = schemaOf(given);
  if (schema === undefined || depth > maxReferences) return undefined;
  const { $ref, allOf, ...own } = schema;
  if ($ref === undefined && allOf === undefined) return schema;
  const targets = $ref === undefined ? [] : [targetOf($ref, root)];
  let whole: Schema | undefined = {};
  for (const part of [...targets, ...(Array.isArray(allOf) ? allOf : [])]) {
    const inner = resolved(part, root, depth + 1);
    whole = whole === undefined || inner === undefined ? undefined : merged(whole, inner);
  }
  // What stands beside a reference, a description for one, is nearer.
  return whole === undefined ? undefined : merged(whole, own);
}

/** What a reference within a schema means. */
export function targetOf(reference: unknown, root: Schema): unknown {
  if (reference === "#") return root;
  if (typeof reference !== "string" || !reference.startsWith("#/")) return undefined;
  let place: unknown = root;
  for (const part of reference.slice(2).split("/")) {
    const key = unescaped(part);
    if (typeof place !== "object" || place === null || !Object.hasOwn(place, key)) return undefined;
    place = Object(place)[key];
  }
  return place;
}

function unescaped(part: string): string {
  let text = part;
  try {
    text = decodeURIComponent(part);
  } catch {
    // It stands for itself.
  }
  return text.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** One schema that asks for what both ask; undefined where two keywords cannot be made one. */
export function merged(one: Schema, other: Schema): Schema | undefined {
  const all: Record<string, unknown> = { ...one };
  for (const [keyword, value] of Object.entries(other)) {
    const known = all[keyword];
    if (known === undefined || notes.has(keyword) || isSame(known, value)) all[keyword] = value;
    else if (isDescription(keyword)) all[keyword] = value;
    else {
      const both = bothOf(keyword, known, value);
      if (both === undefined) return undefined;
      all[keyword] = both;
    }
  }
  return all;
}

function isDescription(keyword: string): boolean {
  return ["title", "description", "default", "examples"].includes(keyword);
}

function bothOf(keyword: string, one: unknown, other: unknown): unknown {
  if (keyword === "required") return [...new Set([...Object(one), ...Object(other)])];
  if (keyword === "properties") return bothProperties(Object(one), Object(other));
  if (keyword === "additionalProperties") return isObject(one) ? other : one;
  if (typeof one === "number" && typeof other === "number") {
    if (/^(min|exclusiveMin)/.test(keyword)) return Math.max(one, other);
    if (/^(max|exclusiveMax)/.test(keyword)) return Math.min(one, other);
  }
  if (keyword === "type") {
    const types = [other].flat().filter((type) => [one].flat().includes(type));
    if (types.length > 0) return types.length === 1 ? types[0] : types;
    return [one, other].includes("integer") && [one, other].includes("number")
      ? "integer"
      : undefined;
  }
  return undefined;
}

/** A property that both have must be as both say. */
function bothProperties(one: Schema, other: Schema): Schema | undefined {
  const all = new Map(Object.entries(one));
  for (const [name, schema] of Object.entries(other)) {
    const known = all.get(name);
    all.set(name, known === undefined ? schema : { allOf: [known, schema] });
  }
  return Object.fromEntries(all);
}
