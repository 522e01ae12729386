import { join } from "node:path";
import { build } from "esbuild";

const source = (path: string): string => join(import.meta.dirname, "../../../src", path);

/** The subpaths that Workers of these tests import. */
const subpaths = [
  "encryption",
  "durable-object",
  "runtime",
  "protocol",
  "client",
  "kafka",
  "module",
  "opentelemetry",
  "console",
];

/** As wrangler spells them. Workers have them with the flag `nodejs_compat`. */
const modules = { async_hooks: "node:async_hooks", events: "node:events" };

/** One bundle of a Worker, over the sources of the package. */
export async function bundle(entry: string): Promise<string> {
  const aliases = subpaths.map((name) => [`statefun/${name}`, source(`${name}.ts`)]);
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    write: false,
    conditions: ["workerd", "worker", "browser"],
    target: "es2024",
    alias: { ...Object.fromEntries(aliases), ...modules, statefun: source("index.ts") },
    external: ["cloudflare:*", "node:*"],
    tsconfigRaw: {},
    logLevel: "warning",
  });
  return outputFiles[0]?.text ?? "";
}
