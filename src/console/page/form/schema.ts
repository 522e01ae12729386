import { isObject, isSame, listed } from "./json.ts";

/** A schema of JSON Schema 2020-12: `true` and `{}` take anything. */
export type Schema = Readonly<Record<string, unknown>>;

/** References that lead to references. */
const maxReferences = 32;

/** Keywords that do not decide how a value is filled in: the nearest counts, and the server knows them all. */
const notes =
  /^(\$.*|title|description|default|examples|definitions|readOnly|(m|exclusiveM)(in|ax).*|pattern|format)$/;

export function schemaOf(given: unknown): Schema | undefined {
  if (given === true) return {};
  return isObject(given) ? given : undefined;
}

/** A schema without references and without `allOf` at its top; undefined where that cannot be said in one schema. */
export function resolved(given: unknown, root: Schema, depth: number = 0): Schema | undefined {
  const schema = schemaOf(given);
  if (schema === undefined || depth > maxReferences) return undefined;
  const { $ref, allOf, ...own } = schema;
  let whole: Schema | undefined = {};
  const target = $ref === undefined ? [] : [targetOf($ref, root)];
  for (const part of [...target, ...listed(allOf)]) {
    const inner = resolved(part, root, depth + 1);
    whole = whole && inner && merged(whole, inner);
  }
  // What stands beside a reference, a description for one, is nearer.
  return whole && merged(whole, own);
}

/** What a reference within a schema means. */
export function targetOf(reference: unknown, root: Schema): unknown {
  const [start, ...parts] = String(reference).split("/");
  if (start !== "#") return undefined;
  let place: unknown = root;
  for (const part of parts) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (!Object.hasOwn(Object(place), key)) return undefined;
    place = Object(place)[key];
  }
  return place;
}

/** One schema that asks for what both ask; undefined where two keywords cannot be made one. */
export function merged(one: Schema, other: Schema): Schema | undefined {
  const all: Record<string, unknown> = { ...one };
  for (const [keyword, value] of Object.entries(other)) {
    const known = all[keyword];
    const isOne = known === undefined || notes.test(keyword) || isSame(known, value);
    all[keyword] = isOne ? value : bothOf(keyword, known, value);
    if (all[keyword] === undefined) return undefined;
  }
  return all;
}

function bothOf(keyword: string, one: unknown, other: unknown): unknown {
  if (keyword === "required") return [...new Set([...listed(one), ...listed(other)])];
  if (keyword === "properties") return bothProperties(Object(one), Object(other));
  if (keyword === "additionalProperties") return isObject(one) ? other : one;
  if (keyword !== "type") return undefined;
  const types = [other].flat().filter((type) => [one].flat().includes(type));
  return types.length > 1 ? types : types[0];
}

/** A property that both have must be as both say. */
function bothProperties(one: Schema, other: Schema): Schema {
  const all = new Map(Object.entries(one));
  for (const [name, schema] of Object.entries(other)) {
    all.set(name, all.has(name) ? { allOf: [all.get(name), schema] } : schema);
  }
  return Object.fromEntries(all);
}
