import { join } from "node:path";
import { outDir } from "./build.ts";
import {
  bareTest,
  bindingsTest,
  closeTest,
  recordedSuite,
  runtimeSuite,
  servedTest,
} from "./matrix-suites.ts";
import { startProcess } from "./server-process.ts";

const installed = join(import.meta.dirname, "node_modules");

/** The lines that `engines` promises, and the one that this is running on. */
const lines = [
  ["Node 18", join(installed, "node18/bin/node")],
  ["Node 20", join(installed, "node20/bin/node")],
  ["Node 22", join(installed, "node22/bin/node")],
  ["Node 24", process.execPath],
  ["Node 26", join(installed, "node26/bin/node")],
] as const;

for (const [name, command] of lines) {
  const start = (program: string) =>
    startProcess({ command, args: [join(outDir, "serve-node.mjs"), program] });
  runtimeSuite(name, start);
  recordedSuite(name, start);
  bindingsTest(name, start, "contract", "no bindings");
  closeTest(name, start);
  servedTest(name, start);
  bareTest(name, start);
}
