import { join } from "node:path";
import { outDir } from "./build.ts";
import { bindingsTest, closeTest, recordedSuite, runtimeSuite } from "./matrix-suites.ts";
import { startProcess } from "./server-process.ts";

/** With no permission but the one to listen. */
const start = (program: string) =>
  startProcess({
    command: join(import.meta.dirname, "node_modules/.bin/deno"),
    args: [
      "run",
      "--allow-net=127.0.0.1",
      "--no-lock",
      "--no-remote",
      "--node-modules-dir=manual",
      join(outDir, "serve-deno.mjs"),
      program,
    ],
    cwd: outDir,
    env: { DENO_NO_UPDATE_CHECK: "1", DENO_DIR: join(outDir, ".deno"), NO_COLOR: "1" },
  });

runtimeSuite("Deno", start);
recordedSuite("Deno", start);
bindingsTest("Deno", start, "contract", "no bindings");
closeTest("Deno", start);
