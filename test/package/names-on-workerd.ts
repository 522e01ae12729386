import { build } from "esbuild";
import { Miniflare } from "miniflare";

/** What a Worker sees that imports a module, by its name from a folder. */
export async function namesOnWorkerd(module: string, resolveDir: string): Promise<string[]> {
  const program = `
    import * as module from "${module}";
    export default { fetch: () => Response.json(Object.keys(module)) };
  `;
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir },
    bundle: true,
    format: "esm",
    external: ["cloudflare:workers"],
    write: false,
  });
  const miniflare = new Miniflare({
    modules: true,
    script: outputFiles[0]?.text ?? "",
    compatibilityDate: "2026-07-01",
    // Would be fetched from the network.
    cf: false,
  });
  try {
    const response = await miniflare.dispatchFetch("http://localhost/");
    return (await response.json()) as string[];
  } finally {
    await miniflare.dispose();
  }
}
