import { join } from "node:path";
import { outDir } from "./build.ts";
import { bindingsTest, recordedSuite, runtimeSuite } from "./matrix-suites.ts";
import { startProcess } from "./server-process.ts";
import { startWorker } from "./worker.ts";

const onNode = (program: string) =>
  startProcess({ command: process.execPath, args: [join(outDir, "serve-node.mjs"), program] });

runtimeSuite("Hono on Node", onNode, "hono");
recordedSuite("Hono on Node", onNode, "hono-recorded");
bindingsTest("Hono on Node", onNode, "hono", "bindings of the app");

runtimeSuite("Hono on workerd", startWorker, "hono", { retry: 3 });
recordedSuite("Hono on workerd", startWorker, "hono-recorded");
bindingsTest("Hono on workerd", startWorker, "hono", "bindings of the Worker");
