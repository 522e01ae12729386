import { join } from "node:path";
import { Miniflare } from "miniflare";
import type { Started } from "../contract/suite.ts";
import { outDir } from "./build.ts";

/** One of the bundled Workers on workerd, as miniflare starts it. */
export async function startWorker(program: string): Promise<Started> {
  const miniflare = new Miniflare({
    modules: true,
    scriptPath: join(outDir, `worker-${program}.mjs`),
    compatibilityDate: "2026-07-01",
    bindings: { name: "bindings of the Worker" },
    host: "127.0.0.1",
    port: 0,
    // Would be fetched from the network.
    cf: false,
  });
  const url = await miniflare.ready;
  return { url: url.origin, close: () => miniflare.dispose() };
}
