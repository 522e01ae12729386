/**
 * Builds the site into `docs/site/dist/html`. Installs its tools if they are missing. Ends with 1 after a warning of any tool.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Runs a program of Node. Rejects with what it says if it fails or warns. */
async function run(name: string, ...args: readonly string[]): Promise<void> {
  const start = performance.now();
  const env = { ...process.env, NO_COLOR: "1", CI: "true" };
  const child = spawn(process.execPath, args, {
    cwd: here,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const took = `${((performance.now() - start) / 1_000).toFixed(1)} s`;
  const warns = /\bwarn(?:ing)?\b/i.test(output);
  if (code !== 0 || warns) {
    throw new Error(`${name} ${code === 0 ? "warns" : "failed"} after ${took}:\n${output}`);
  }
  console.log(`${name}: ${took}`);
}

function install(): void {
  if (existsSync(join(here, "node_modules/vitepress"))) return;
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: here,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error(`npm ci in ${here} ended with ${status}`);
}

install();
// What they import is installed by now.
const { stagePages } = await import("./stage.ts");
const pages = stagePages();
await Promise.all([
  run("commands and routes", "--import", "../../test/docs/from-source.ts", "reference/write.ts"),
  run("declarations", "node_modules/typedoc/bin/typedoc", "--options", "reference/typedoc.json"),
]);
await run("the pages of the API", "reference/api.ts");
await run("the site", "node_modules/vitepress/bin/vitepress.js", "build", ".");
const { writeTexts } = await import("./llms.ts");
writeTexts(pages);
console.log(`${pages.length} pages are in ${join(here, "dist/html")}`);
