import { join } from "node:path";
import { it } from "vitest";
import { httpSuite } from "../../http/suite.ts";
import { startObjects } from "../support/objects.ts";

const start = async () => {
  const objects = await startObjects(join(import.meta.dirname, "worker.ts"));
  return { url: objects.url(), close: () => objects.close() };
};

// The matrix runs the same on `wrangler dev`; here it is for the long runs.
if (process.env["STATEFUN_COMMANDS"] === undefined) it.skip("serves the HTTP surface on workerd");
else httpSuite("Durable Objects", start, { engine: "durable-object", crowd: 300, retry: 2 });
