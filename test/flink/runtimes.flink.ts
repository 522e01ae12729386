import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Started } from "../contract/suite.ts";
import { outDir } from "../matrix/build.ts";
import { startProcess } from "../matrix/server-process.ts";
import { startWorker } from "../matrix/worker.ts";
import { runCluster } from "./cluster.ts";
import { statefun330 } from "./releases.ts";
import { commands, expectVerified, failures, ids, tell } from "./verified.ts";

/** The runtime matrix's program that has the smoke function among others. */
const program = "recorded";

function installed(name: string): string {
  const file = join(import.meta.dirname, "../matrix/node_modules/.bin", name);
  expect(existsSync(file), `${file} is missing: npm ci --prefix test/matrix`).toBe(true);
  return file;
}

const runtimes: readonly { readonly name: string; readonly start: () => Promise<Started> }[] = [
  {
    name: "Bun",
    start: () =>
      startProcess({
        command: installed("bun"),
        args: [join(outDir, "serve-bun.mjs"), program],
        cwd: outDir,
      }),
  },
  {
    name: "Deno",
    start: () =>
      startProcess({
        command: installed("deno"),
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
      }),
  },
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
        tell(`3.3.0 on ${name}`, result);
        expectVerified(result, statefun330);
      } finally {
        await server.close();
      }
    },
  );
});
