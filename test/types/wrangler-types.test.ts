import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, inject, it } from "vitest";

const test = fileURLToPath(new URL("..", import.meta.url));
const root = join(test, "..");
const project = join(inject("consumer"), "wrangler-types");

/** As `npx wrangler types` has it: the platform and the bindings of wrangler.toml, in one file of declarations. */
function writeTypes(): string {
  const folder = join(project, "workers");
  cpSync(join(test, "apps"), project, { recursive: true });
  const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
  execFileSync(process.execPath, [wrangler, "types", "--config=wrangler.toml"], {
    cwd: folder,
    env: { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" },
    stdio: "pipe",
  });
  return readFileSync(join(folder, "worker-configuration.d.ts"), "utf8");
}

it("the Worker with Durable Objects compiles with the types that wrangler writes for it", () => {
  expect(writeTypes()).toContain("STATEFUN: DurableObjectNamespace");
  const compilerOptions = {
    target: "es2024",
    module: "nodenext",
    moduleResolution: "nodenext",
    lib: ["es2024"],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    // The declarations that wrangler writes are not ours to mend.
    skipLibCheck: true,
  };
  // As a user who follows wrangler: the Env of the bindings in the place of one that is written by hand.
  const written = readFileSync(join(project, "workers/durable.ts"), "utf8");
  const own = "interface Env { readonly STATEFUN: DurableObjectNamespace; readonly OTHER: string }";
  expect(written).toContain(own);
  writeFileSync(join(project, "workers/generated.ts"), written.replace(own, ""));
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  const files = ["workers/worker-configuration.d.ts", "workers/durable.ts", "workers/generated.ts"];
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [tsc, "-p", project, "--pretty", "false"],
    {
      encoding: "utf8",
    },
  );
  expect(`${stdout}${stderr}`).toBe("");
}, 120_000);
