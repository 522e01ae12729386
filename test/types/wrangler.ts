import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../docs/documents.ts";

/**
 * `npx wrangler types` in a folder with a wrangler.toml: the platform and the bindings in one file of declarations,
 * which imports the class of the objects from the very Worker that is compiled.
 */
export function generateTypes(folder: string): string {
  const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
  execFileSync(process.execPath, [wrangler, "types"], {
    cwd: folder,
    env: { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" },
    stdio: "pipe",
  });
  return readFileSync(join(folder, "worker-configuration.d.ts"), "utf8");
}

/** The Worker of docs/durable-objects.md, a project of its own. */
export function copyWorker(folder: string): void {
  cpSync(join(root, "workers"), join(folder, "workers"), { recursive: true });
  rmSync(join(folder, "workers/tsconfig.json"));
  cpSync(join(root, "wrangler.toml"), join(folder, "wrangler.toml"));
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
}

/** As the program of a user who has generated types: without an `Env` that is written by hand. */
export function withGeneratedEnv(file: string): void {
  const written = readFileSync(file, "utf8");
  const without = written.replace(/^interface Env \{(?:\n[^}]*| [^}]*)\}\n/m, "");
  if (without === written) throw new Error(`${file} has no interface Env`);
  writeFileSync(file, without);
}
