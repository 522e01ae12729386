import { merged, resolved, type Schema, targetOf } from "./schema.ts";

/** One way to fill in a union. */
export interface Branch {
  readonly label: string;
  readonly schema: Schema;
}

const maxBranches = 200;

/** Ways to fill in a union; none where they cannot be said; undefined where it is no union. */
export function branchesOf(schema: Schema, root: Schema): readonly Branch[] | undefined {
  const { anyOf, oneOf, title: _, description: __, default: ___, ...asked } = schema;
  const types = asked["type"];
  const union =
    anyOf ?? oneOf ?? (Array.isArray(types) ? types.map((type) => ({ type })) : undefined);
  if (!Array.isArray(union)) return undefined;
  if (union.length > maxBranches || (anyOf !== undefined && oneOf !== undefined)) return [];
  const all = union.flatMap((one) => {
    const inner = resolved(one, root);
    const whole = inner && merged(asked, inner);
    return whole === undefined ? [] : [{ label: labelOf(whole, one, root), schema: whole }];
  });
  return all.length < union.length ? [] : all;
}

/** What a branch is called: its title, the constant that distinguishes it, the name of its definition, or its type. */
function labelOf(schema: Schema, given: unknown, root: Schema): string {
  const { title, const: constant, type, properties } = schema;
  const named = title || constant;
  if (named !== undefined) return String(named);
  for (const [name, property] of Object.entries(Object(properties))) {
    const { const: only } = Object(resolved(property, root));
    if (only !== undefined) return `${name}: ${only}`;
  }
  const { $ref } = Object(given);
  const [name] = /[A-Za-z][\w.-]*$/.exec(targetOf($ref, root) === undefined ? "" : $ref) ?? [];
  if (name !== undefined) return name;
  const names = Object.keys(Object(properties)).slice(0, 3).join(", ");
  return names === "" ? String(type ?? "JSON") : `{ ${names} }`;
}
