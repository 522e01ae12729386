import { join } from "node:path";
import { httpSuite } from "../../http/suite.ts";
import { startObjects } from "../support/objects.ts";

const start = async () => {
  const objects = await startObjects(join(import.meta.dirname, "worker.ts"));
  return { url: objects.url(), close: () => objects.close() };
};

httpSuite("Durable Objects", start, { engine: "durable-object", crowd: 300, retry: 2 });
