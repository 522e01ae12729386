import { join } from "node:path";
import { outDir } from "./build.ts";
import { type ServerProcess, startProcess } from "./server-process.ts";

const installed = (name: string) => join(import.meta.dirname, "node_modules/.bin", name);

/** A program of this folder on Bun. */
export function startBun(program: string): Promise<ServerProcess> {
  const args = [join(outDir, "serve-bun.mjs"), program];
  return startProcess({ command: installed("bun"), args, cwd: outDir });
}

/** On Deno, with no permission but the one to listen. */
export function startDeno(program: string): Promise<ServerProcess> {
  return startProcess({
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
  });
}
