import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { blocksOf } from "../docs/blocks.ts";
import { root } from "../docs/documents.ts";
import { compile, versions } from "./compilers.ts";
import { isWhole } from "./matrix.ts";
import { copyWorker, generateTypes, withGeneratedEnv } from "./wrangler.ts";

const project = join(inject("consumer"), "tsconfigs");
const worker = join(project, "workers/tsconfig.json");
const config = join(project, "tsconfig.json");

/** A tsconfig.json as docs/typescript.md shows it. */
function documented(name: string): string {
  const found = blocksOf("docs/typescript.md").find(
    (block) => block.name === `${name}-tsconfig.json`,
  );
  if (found === undefined) throw new Error(`docs/typescript.md has no ${name}-tsconfig.json`);
  return found.text;
}

/** A newcomer's folder: programs of the documents, and a Worker with its wrangler.toml. */
beforeAll(() => {
  mkdirSync(project, { recursive: true });
  execFileSync("npm", ["init", "-y"], { cwd: project, stdio: "pipe" });
  copyWorker(project);
  for (const block of ["README.md", "docs/flink.md"].flatMap(blocksOf)) {
    if (/^(embedded|functions|greeter)\.ts$/.test(block.name)) {
      writeFileSync(join(project, block.name), block.text);
    }
  }
  cpSync(join(root, "examples/cluster/node.ts"), join(project, "server/cluster/node.ts"));
}, 60_000);

it("npm init makes a package whose files are no ES modules, npm pkg set mends it", () => {
  execFileSync("npm", ["init", "-y"], { cwd: project, stdio: "pipe" });
  const typeOf = () => JSON.parse(readFileSync(join(project, "package.json"), "utf8")).type;
  execFileSync("npm", ["pkg", "set", "type=commonjs"], { cwd: project, stdio: "pipe" });
  writeFileSync(config, documented("node"));
  expect(compile("7.0", config)).toContain("TS1295");
  execFileSync("npm", ["pkg", "set", "type=module"], { cwd: project, stdio: "pipe" });
  expect(typeOf()).toBe("module");
});

/** The oldest and the newest; the programs themselves are compiled by all of them in the matrix. */
const compilers = isWhole ? versions : (["5.8", "7.0"] as const);

describe.each(compilers)(
  "TypeScript %s compiles the documented project",
  { timeout: 120_000 },
  (version) => {
    it("of programs that Node runs as they are", () => {
      writeFileSync(config, documented("node"));
      expect(compile(version, config)).toBe("");
    });

    it("that is built", () => {
      writeFileSync(config, documented("build"));
      expect(compile(version, config)).toBe("");
      expect(readFileSync(join(project, "dist/embedded.js"), "utf8")).toContain(
        'from "./functions.js"',
      );
      rmSync(join(project, "dist"), { recursive: true });
    });

    it("of a Worker with @cloudflare/workers-types", () => {
      writeFileSync(worker, documented("workers-types"));
      expect(compile(version, worker)).toBe("");
    });
  },
);

describe("a Worker with the types that wrangler writes", () => {
  beforeAll(() => {
    generateTypes(project);
    withGeneratedEnv(join(project, "workers/index.ts"));
  }, 60_000);

  it.each(compilers)("compiles with TypeScript %s", { timeout: 120_000 }, (version) => {
    writeFileSync(worker, documented("wrangler-types"));
    expect(compile(version, worker)).toBe("");
  });

  const changed = (options: object): string => {
    const { compilerOptions, ...rest } = JSON.parse(documented("wrangler-types"));
    writeFileSync(
      worker,
      JSON.stringify({ ...rest, compilerOptions: { ...compilerOptions, ...options } }),
    );
    return compile("7.0", worker);
  };

  it("needs the resolution of a bundler", () => {
    const nodenext = { module: "nodenext", moduleResolution: "nodenext" };
    expect(changed({ ...nodenext, skipLibCheck: false })).toContain("TS2835");
  });

  it("goes with @types/node only unchecked, and with no other types of the platform", () => {
    expect(changed({ types: ["node"] })).toBe("");
    for (const other of [{ types: ["node"] }, { types: ["@cloudflare/workers-types"] }]) {
      expect(changed({ ...other, skipLibCheck: false })).toMatch(/TS2300|TS2451/);
    }
    expect(changed({ lib: ["es2023", "dom"], skipLibCheck: false })).toMatch(/TS2300|TS2451/);
  });
});
