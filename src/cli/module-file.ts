import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import process from "node:process";
import { invalid } from "../internal/assert.ts";
import { StateFunError } from "../internal/errors.ts";
import { reasonOf } from "../internal/show.ts";
import { applicationOf, defineModule } from "../sdk/define-module.ts";
import type { AnyModule } from "../sdk/module.ts";

/** What of a module.yaml can run here. */
export interface ModuleFile {
  readonly module: AnyModule;
  /** What it says of the ways out is for a cluster: here they are kept. */
  readonly egresses: readonly string[];
}

export function assertModuleFile(path: string): void {
  if (!existsSync(path)) throw invalid(`there is no file ${path}`);
}

/** Reads a module.yaml of any release, with variables of the environment. Throws `module_invalid` with its place. */
export async function readModuleFile(
  path: string,
  warn: (text: string) => void,
): Promise<ModuleFile> {
  // Not before it is needed: most applications have no such file.
  const { loadModule } = await import("../module/load-module.ts");
  const name = relative(".", path);
  let loaded: AnyModule;
  try {
    loaded = await loadModule(await readFile(path, "utf8"), {
      name,
      variables: process.env,
      onWarning: (warning) => warn(`${name}: ${warning}`),
    });
  } catch (error) {
    throw new StateFunError("module_invalid", `${name}: ${reasonOf(error)}`, { cause: error });
  }
  const { functions, endpoints, ingresses, egresses } = applicationOf([loaded]);
  for (const { part } of ingresses) {
    warn(`${name}: ingress ${part.typename} does not run here: send its messages over HTTP`);
  }
  return {
    module: defineModule({ name, functions, endpoints: endpoints.map(({ part }) => part) }),
    egresses: egresses.map(({ part }) => part.typename),
  };
}
