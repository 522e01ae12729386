import { join } from "node:path";
import { outDir } from "./build.ts";
import { bindingsTest, closeTest, recordedSuite, runtimeSuite } from "./matrix-suites.ts";
import { startProcess } from "./server-process.ts";

const start = (program: string) =>
  startProcess({
    command: join(import.meta.dirname, "node_modules/.bin/bun"),
    args: [join(outDir, "serve-bun.mjs"), program],
    cwd: outDir,
  });

runtimeSuite("Bun", start);
recordedSuite("Bun", start);
bindingsTest("Bun", start, "contract", "no bindings");
closeTest("Bun", start);
