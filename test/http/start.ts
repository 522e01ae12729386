import { keep } from "statefun";
import { createRuntime, type Runtime, type RuntimeOptions } from "statefun/runtime";
import { functions, http, keptEgresses, limits } from "./app.ts";

/** The application under test on the embedded engine. */
export function startApplication(options: Omit<RuntimeOptions, "modules">): Promise<Runtime> {
  return createRuntime({
    modules: [functions],
    egresses: keptEgresses.map((egress) => keep(egress)),
    limits,
    http,
    ...options,
  });
}
