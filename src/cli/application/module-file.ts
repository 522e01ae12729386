import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import process from "node:process";
import { invalid } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { reasonOf } from "../../internal/show.ts";
import type { Binder } from "../../module/kinds/binder.ts";
import type { NamedModule } from "./local-plan.ts";

export function assertModuleFile(path: string): void {
  if (!existsSync(path)) throw invalid(`file ${path} does not exist`);
}

/**
 * Reads a module.yaml of any release, with variables of the environment. Its Kafka parts are to start here with `startsConnectors`
 * alone. Throws `module_invalid` with its place.
 */
export async function readModuleFile(
  path: string,
  startsConnectors: boolean,
  warn: (text: string) => void,
): Promise<NamedModule> {
  // Not before it is needed: most applications have no such file.
  const { loadModule } = await import("../../module/load-module.ts");
  const name = relative(".", path);
  try {
    const module = await loadModule(await readFile(path, "utf8"), {
      name,
      binders: startsConnectors ? await connectorBinders() : {},
      variables: process.env,
      onWarning: (warning) => warn(`${name}: ${warning}`),
    });
    return { name, module };
  } catch (error) {
    throw new StateFunError("module_invalid", `${name}: ${reasonOf(error)}`, { cause: error });
  }
}

async function connectorBinders(): Promise<Readonly<Record<string, Binder>>> {
  const { kafkaBinders } = await import("../../connectors/kafka/binders.ts");
  return kafkaBinders();
}
