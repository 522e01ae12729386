import type { Module } from "statefun";
import { type LoadModuleOptions, loadModule } from "statefun/module";
import { applicationOf } from "../../src/sdk/modules/define-module.ts";

/** What a module consists of, functions by their names. */
export interface Loaded {
  readonly endpoints: readonly Readonly<Record<string, unknown>>[];
  readonly ingresses: readonly unknown[];
  readonly egresses: readonly unknown[];
}

export function partsOf(module: Module): Loaded {
  const { endpoints, ingresses, egresses } = applicationOf([module]);
  return {
    endpoints: endpoints.map(({ part }) => ({
      ...part,
      functions: part.functions.map((one) => (typeof one === "string" ? one : one.typename)),
    })),
    ingresses: ingresses.map(({ part }) => Object(part["~ingress"]).description),
    egresses: egresses.map(({ part }) => Object(part["~deliver"]).description),
  };
}

/** The parts of a module file that nothing is warned of. */
export async function load(
  source: string | object,
  options: LoadModuleOptions = {},
): Promise<Loaded> {
  const onWarning = (warning: string) => {
    throw new Error(`warned: ${warning}`);
  };
  return partsOf(await loadModule(source, { onWarning, ...options }));
}
