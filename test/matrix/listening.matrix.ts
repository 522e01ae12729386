import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Attempt, expectedOutcome, withoutReason } from "../contract/listening.ts";
import { outDir } from "./build.ts";

const installed = join(import.meta.dirname, "node_modules");
const denoFlags = ["--allow-net", "--no-lock", "--no-remote", "--node-modules-dir=manual"];

const runtimes = [
  ["Node 18", "node", [join(installed, "node18/bin/node")]],
  ["Deno", "deno", [join(installed, ".bin/deno"), "run", ...denoFlags]],
  ["Bun", "bun", [join(installed, ".bin/bun")]],
] as const;

it.each(runtimes)(
  "%s: names the port or the host where it cannot listen",
  (_, platform, command) => {
    const [program = "", ...flags] = command;
    const args = [...flags, join(outDir, "listening.mjs"), platform];
    const env = { ...process.env, DENO_NO_UPDATE_CHECK: "1", DENO_DIR: join(outDir, ".deno") };
    const { stdout, stderr } = spawnSync(program, args, { cwd: outDir, encoding: "utf8", env });
    expect(stdout, stderr).not.toBe("");
    const ended: Attempt[] = JSON.parse(stdout);
    expect(ended).toHaveLength(5);
    for (const attempt of ended) {
      if (attempt.name === "a privileged port" && attempt.outcome === "listens") continue;
      expect(withoutReason(attempt), attempt.name).toEqual(expectedOutcome(attempt));
    }
  },
);
