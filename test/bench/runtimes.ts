import { join } from "node:path";
import { Miniflare } from "miniflare";
import type { Started } from "../contract/suite.ts";
import { startProcess } from "../matrix/server-process.ts";
import { bundle, outDir } from "./build.ts";

/** The runtimes that the matrix has installed. */
const installed = join(import.meta.dirname, "../matrix/node_modules/.bin");

async function startNode(): Promise<Started> {
  return startProcess({ command: process.execPath, args: [await bundle("loop-node")] });
}

async function startDeno(): Promise<Started> {
  return startProcess({
    command: join(installed, "deno"),
    args: ["run", "--allow-net=127.0.0.1", "--no-lock", "--no-remote", await bundle("loop-deno")],
    cwd: outDir,
    env: { DENO_NO_UPDATE_CHECK: "1", DENO_DIR: join(outDir, ".deno"), NO_COLOR: "1" },
  });
}

async function startBun(): Promise<Started> {
  return startProcess({ command: join(installed, "bun"), args: [await bundle("loop-bun")] });
}

async function startWorkerd(): Promise<Started> {
  const miniflare = new Miniflare({
    modules: true,
    scriptPath: await bundle("loop-worker"),
    compatibilityDate: "2026-07-01",
    host: "127.0.0.1",
    port: 0,
    // Would be fetched from the network.
    cf: false,
  });
  const url = await miniflare.ready;
  return { url: url.origin, close: () => miniflare.dispose() };
}

/** Programs that do `loop` when they are asked to. */
export const runtimes = [
  ["Node", startNode],
  ["Deno", startDeno],
  ["Bun", startBun],
  ["workerd", startWorkerd],
] as const;
