import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type BuildOptions, build } from "esbuild";
import { outDir, root } from "../build.ts";

/** As wrangler does it. The built package is found as a user has it; it must have been built. */
const common: BuildOptions = {
  bundle: true,
  format: "esm",
  target: "es2024",
  write: false,
  conditions: ["workerd", "worker", "browser"],
  external: ["cloudflare:*"],
  nodePaths: [join(outDir, "node_modules")],
  // Without the paths of a tsconfig.json, which lead to src.
  tsconfigRaw: {},
  logLevel: "warning",
};

/** A Worker as one module. */
export async function bundleWorker(entry: string): Promise<string> {
  const { outputFiles } = await build({ ...common, entryPoints: [entry] });
  return outputFiles?.[0]?.text ?? "";
}

/** Of the Worker that is the example, minified. */
export async function exampleBytes(): Promise<{ readonly plain: number; readonly gzip: number }> {
  const entryPoints = [join(root, "workers/index.ts")];
  const { outputFiles } = await build({ ...common, entryPoints, minify: true });
  const bytes = outputFiles?.[0]?.contents ?? new Uint8Array();
  return { plain: bytes.length, gzip: gzipSync(bytes).length };
}
