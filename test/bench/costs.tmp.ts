import { join } from "node:path";
import { buildPackage } from "./build.ts";
import { bundleWorker } from "./durable-object/bundle.ts";
import { reportHops } from "./durable-object/costs.ts";

await buildPackage();
await reportHops(await bundleWorker(join(import.meta.dirname, "durable-object/worker.ts")));
