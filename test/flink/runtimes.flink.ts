import { describe, it } from "vitest";
import type { Started } from "../contract/suite.ts";
import { startBun, startDeno } from "../matrix/starts.ts";
import { startWorker } from "../matrix/worker.ts";
import { runCluster } from "./cluster.ts";
import { statefun330 } from "./releases.ts";
import { commands, expectVerified, failures, ids, report } from "./verified.ts";

/** The runtime matrix's program that has the smoke function among others. */
const program = "recorded";

const runtimes: readonly { readonly name: string; readonly start: () => Promise<Started> }[] = [
  { name: "Bun", start: () => startBun(program) },
  { name: "Deno", start: () => startDeno(program) },
  { name: "workerd", start: () => startWorker(program) },
];

describe("the built package", () => {
  it.for(runtimes)(
    "counts every message of StateFun 3.3.0 exactly once on $name",
    async ({ name, start }) => {
      const server = await start();
      try {
        const url = `${server.url}/functions`;
        const settings = { ids, commands, failures };
        const result = await runCluster({ release: statefun330, url, settings });
        report(`3.3.0 on ${name}`, result);
        expectVerified(result, statefun330);
      } finally {
        await server.close();
      }
    },
  );
});
