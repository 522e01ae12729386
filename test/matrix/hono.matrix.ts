import { join } from "node:path";
import { outDir } from "./build.ts";
import { bindingsTest, runtimeSuite } from "./matrix-suites.ts";
import { startProcess } from "./server-process.ts";
import { startWorker } from "./worker.ts";

const onNode = (program: string) =>
  startProcess({ command: process.execPath, args: [join(outDir, "serve-node.mjs"), program] });

runtimeSuite("Hono on Node", onNode, "hono");
bindingsTest("Hono on Node", onNode, "hono", "bindings of the app");

runtimeSuite("Hono on workerd", startWorker, "hono");
bindingsTest("Hono on workerd", startWorker, "hono", "bindings of the Worker");
