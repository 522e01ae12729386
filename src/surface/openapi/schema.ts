/** A schema of JSON Schema 2020-12, as OpenAPI 3.1 has them. */
export type Schema = Readonly<Record<string, unknown>>;

export const text: Schema = { type: "string" };
export const integer: Schema = { type: "integer" };
export const number: Schema = { type: "number" };
export const boolean: Schema = { type: "boolean" };
/** A position: digits, since a reader that has only doubles must not round it. */
export const digits: Schema = { type: "string", pattern: "^[0-9]{1,16}$" };

/** An object. A name with a question mark at its end is of a property that may be absent. */
export function object(properties: Readonly<Record<string, Schema>>, description?: string): Schema {
  const names = Object.keys(properties);
  const all = names.map((name) => [name.replace(/\?$/, ""), properties[name]]);
  const required = names.filter((name) => !name.endsWith("?"));
  return {
    type: "object",
    ...(description === undefined ? {} : { description }),
    properties: Object.fromEntries(all),
    ...(required.length === 0 ? {} : { required }),
  };
}

export function list(items: Schema): Schema {
  return { type: "array", items };
}

/** An object whose names are not known before. */
export function map(additionalProperties: Schema): Schema {
  return { type: "object", additionalProperties };
}

export function choice(...values: readonly string[]): Schema {
  return { type: "string", enum: values };
}

export function described(schema: Schema, description: string): Schema {
  return { ...schema, description };
}

/** A schema of `components`. */
export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}
