import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { type Compiler, compile } from "./compilers.ts";
import { flagSets, resolutions } from "./matrix.ts";
import { writePrograms } from "./programs.ts";

const project = join(inject("consumer"), "environments");
writePrograms(project);
cpSync(join(import.meta.dirname, "../apps/tests"), join(project, "apps/tests"), {
  recursive: true,
});

const web = { lib: ["es2023", "dom", "esnext.disposable"], types: [] };
const nodenext = { target: "es2022", ...resolutions.nodenext, skipLibCheck: false };
const strict = {
  ...nodenext,
  ...flagSets["the strict set"],
  skipDefaultLibCheck: true,
  allowImportingTsExtensions: true,
  noEmit: true,
};

/** Projects whose globals, module system or output are not those of the matrix. */
const projects = [
  { name: "applications with the web's globals alone", include: ["apps/shop", "apps/iot"], ...web },
  { name: "the traps, and an import of every name", include: ["types/traps", "names.ts"], ...web },
  {
    name: "the tests of the applications",
    include: ["apps/tests"],
    ...web,
    // Declarations of the test tool are not ours to mend.
    skipLibCheck: true,
  },
  {
    name: "an import of every name, with Node's types in place of DOM's",
    include: ["names.ts"],
    lib: ["es2023"],
    types: ["node"],
  },
  {
    name: "an import of every name, with Cloudflare's types in place of DOM's",
    include: ["names.ts"],
    lib: ["es2023"],
    types: ["@cloudflare/workers-types"],
  },
  {
    name: "a library: each type can be named in its declarations",
    include: ["types/programs", "apps/shop", "apps/iot"],
    ...web,
    skipLibCheck: true,
    allowImportingTsExtensions: false,
    rewriteRelativeImportExtensions: true,
    noEmit: false,
    declaration: true,
    outDir: "out",
  },
];

function compileProject(version: Compiler, { name: _, include, ...options }: (typeof projects)[0]) {
  const config = join(project, "tsconfig.json");
  writeFileSync(config, JSON.stringify({ compilerOptions: { ...strict, ...options }, include }));
  return compile(version, config);
}

/** What the compiler says of a file of its own. */
function compileFile(version: Compiler, file: string, text: string, options: object): string {
  const folder = join(project, "single");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(folder, file), text);
  const compilerOptions = { ...strict, ...web, ...options };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
  return compile(version, join(folder, "tsconfig.json"));
}

const timeout = 120_000;

describe.each(["5.8", "7.0"] as const)("TypeScript %s", { timeout }, (version) => {
  // The classic compiler takes seconds for each: what the matrix has as well is left to the fast one.
  it.each(projects.slice(version === "7.0" ? 0 : 2))(
    "compiles $name",
    { timeout: 120_000 },
    (options) => {
      expect(compileProject(version, options)).toBe("");
    },
  );

  const use = 'import { int } from "statefun";\nexport const typename: string = int.typename;\n';
  const isolated = { verbatimModuleSyntax: false, skipLibCheck: true };

  it("compiles a CommonJS file that requires the package, as Node 22.12 can", () => {
    expect(compileFile(version, "common.cts", use, isolated)).toBe("");
  });

  it("compiles a CommonJS file of older Nodes, which imports the package dynamically", () => {
    const node16 = { ...isolated, module: "node16", moduleResolution: "node16" };
    const text = 'export const int = async () => (await import("statefun")).int;\n';
    expect(compileFile(version, "common.cts", text, node16)).toBe("");
    expect(compileFile(version, "common.cts", use, node16)).toContain("TS1479");
  });

  it("needs Request and Response from somewhere", () => {
    expect(compileFile(version, "none.ts", use, { lib: ["es2023"] })).toContain("'Request'");
  });
});

it("a CommonJS program runs, since no module of the package waits at its top level", () => {
  const text =
    'console.log(require("statefun").int.typename, require("statefun/runtime").memoryStore.name)';
  const run = execFileSync(process.execPath, ["--input-type=commonjs", "-e", text], {
    cwd: project,
    encoding: "utf8",
  });
  expect(run).toBe("io.statefun.types/int memoryStore\n");
});

it("moduleResolution node10 does not find the package", { timeout }, () => {
  const node10 = { module: "es2022", moduleResolution: "node10", skipLibCheck: true };
  const text = 'import { int } from "statefun";\nexport const typename: string = int.typename;\n';
  expect(compileFile("5.8", "old.ts", text, node10)).toContain("TS2307");
});
