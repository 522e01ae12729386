import { isObject } from "./json.ts";
import { merged, resolved, type Schema, targetOf } from "./schema.ts";

/** One way to fill in a union. */
export interface Branch {
  readonly label: string;
  readonly schema: Schema;
}

const maxBranches = 200;

/** Ways to fill in a union; none where they cannot be said; undefined where it is no union. */
export function branchesOf(schema: Schema, root: Schema): readonly Branch[] | undefined {
  const { anyOf, oneOf, type, ...own } = schema;
  const union = anyOf ?? oneOf;
  if (Array.isArray(union)) {
    if (anyOf !== undefined && oneOf !== undefined) return [];
    const base = type === undefined ? own : { ...own, type };
    const { title: _, description: __, default: ___, ...asked } = base;
    const all = union.slice(0, maxBranches).map((one) => {
      const inner = resolved(one, root);
      return inner === undefined ? undefined : merged(asked, inner);
    });
    const known = all.filter((one) => one !== undefined);
    if (known.length < union.length) return [];
    return known.map((one, index) => ({ label: labelOf(one, union[index], root), schema: one }));
  }
  if (!Array.isArray(type)) return undefined;
  return type.map((one) => ({ label: String(one), schema: { ...own, type: one } }));
}

/** What a branch is called: its title, the constant that tells it from others, the name of its definition, or its type. */
function labelOf(schema: Schema, given: unknown, root: Schema): string {
  const { title, const: constant, type, properties, enum: values } = schema;
  if (typeof title === "string" && title !== "") return title;
  if (constant !== undefined) return String(constant);
  for (const [name, property] of Object.entries(Object(properties))) {
    const { const: only } = Object(resolved(property, root));
    if (only !== undefined) return `${name}: ${only}`;
  }
  const { $ref } = Object(given);
  const name = typeof $ref === "string" && targetOf($ref, root) ? $ref.split("/").at(-1) : "";
  if (name !== undefined && /^[A-Za-z][\w.-]*$/.test(name)) return name;
  if (Array.isArray(values)) return "one of a list";
  if (type === "object" && isObject(properties)) {
    const names = Object.keys(properties).slice(0, 3).join(", ");
    return names === "" ? "object" : `{ ${names} }`;
  }
  return typeof type === "string" ? type : "JSON";
}
