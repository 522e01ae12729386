import { bindingsOf } from "../embedded/egress-targets.ts";
import { keep } from "../embedded/keep.ts";
import { type Application, defineModule } from "../sdk/define-module.ts";
import type { AnyModule } from "../sdk/module.ts";
import type { Entry } from "./entry.ts";
import type { ShownApplication } from "./events.ts";
import type { ModuleFile } from "./module-file.ts";

export interface WaysOut {
  /** Keeps those that the entry exports and nobody binds: so they are read as what they are. */
  readonly kept: AnyModule;
  readonly shown: ShownApplication["egresses"];
}

/** Those that are bound go there. Of the others no name is known but those that are exported or in a file. */
export function waysOut(
  entry: Entry,
  { egresses }: Application,
  files: readonly ModuleFile[],
): WaysOut {
  const own = bindingsOf(entry.options["egresses"]).map(({ typename }) => typename);
  const bound = new Set([...own, ...egresses.map(({ part }) => part.typename)]);
  const exported = entry.egresses.filter(({ typename }) => !bound.has(typename));
  const named = [
    ...exported.map(({ typename }) => typename),
    ...files.flatMap((file) => file.egresses),
  ];
  const kept = new Set(named.filter((typename) => !bound.has(typename)));
  const show = (isKept: boolean) => (typename: string) => ({ typename, isKept });
  // Two that are exported may be one.
  const byName = new Map(exported.map((one) => [one.typename, one]));
  const bindings = Array.from(byName.values(), (one) => keep(one));
  return {
    kept: defineModule({ name: "statefun dev", egresses: bindings }),
    shown: [...Array.from(bound, show(false)), ...Array.from(kept, show(true))],
  };
}
