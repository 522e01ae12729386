import { isRecord } from "../../internal/assert.ts";
import { applicationOf, defineModule, type ModuleParts } from "../../sdk/modules/define-module.ts";
import type { Component } from "./component.ts";
import { repeated, type Spot } from "./module-error.ts";

/** Refuses the second component with a function, an ingress or an egress that the first has, naming both. */
export function assertDistinct(
  seen: Map<string, Spot>,
  { spec }: Component,
  parts: ModuleParts,
): void {
  const spot = spotOf(spec);
  for (const name of namesOf(parts)) {
    const other = seen.get(name);
    if (other !== undefined) throw repeated(spot, name, other);
    seen.set(name, spot);
  }
}

/** Where the name is, if it is where names are. */
function spotOf(spec: Component["spec"]): Spot {
  if (spec.type !== "map") return spec;
  const { entries } = spec;
  const name = entries.get("functions") ?? entries.get("id") ?? entries.get("type");
  return name?.value ?? spec;
}

function namesOf(parts: ModuleParts): readonly string[] {
  const all = applicationOf([defineModule({ name: "of a binder", ...parts })]);
  const local = all.functions.flatMap((module) => {
    // Modules of functions have them in a map, which is not part of their public type.
    const functions = Object(module)["~functions"];
    return functions instanceof Map ? [...functions.keys()].map(String) : [];
  });
  const remote = all.endpoints.flatMap(({ part }) =>
    part.functions.map((one) => (isRecord(one) ? String(one["typename"]) : String(one))),
  );
  return [
    ...new Set([...local, ...remote].map((name) => `function ${name}`)),
    ...all.ingresses.map(({ part }) => `ingress ${part.typename}`),
    ...all.egresses.map(({ part }) => `egress ${part.typename}`),
  ];
}
