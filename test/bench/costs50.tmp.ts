import { join } from "node:path";
import { buildPackage } from "./build.ts";
import { bundleWorker } from "./durable-object/bundle.ts";
import { startObjects } from "./durable-object/objects.ts";

await buildPackage();
const objects = await startObjects(
  await bundleWorker(join(import.meta.dirname, "durable-object/worker.ts")),
  "/tmp",
  { COUNTED: "1" },
);
for (const name of ["synchronous-states", "asynchronous-states"])
  for (let n = 0; n < 4; n++) {
    await objects.send({ way: "hop", name, id: `x ${name}`, messages: 50 });
    await new Promise((r) => setTimeout(r, 500));
    console.log(
      name,
      JSON.stringify(
        await objects.figures(`hop-${name}/first/x ${name}`, `hop-${name}/second/x ${name}`),
      ),
    );
  }
await objects.close();
