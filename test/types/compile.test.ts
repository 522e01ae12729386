import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { publicNames } from "../package/public-names.ts";

const test = fileURLToPath(new URL("..", import.meta.url));
const consumer = inject("consumer");

/** Found by path: whichever `tsc` is first on the path does not matter. */
const compilers = {
  "7.0.2": join(test, "../node_modules/typescript"),
  "5.9.3": join(test, "types/typescript-5.9/node_modules/typescript"),
};

/** What a careful user has; `skipLibCheck` off, so that our declarations are checked as well. */
const strict = {
  target: "es2022",
  module: "nodenext",
  moduleResolution: "nodenext",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: false,
  skipDefaultLibCheck: true,
};
const dom = { lib: ["es2023", "dom", "esnext.disposable"], types: [] };

/** Programs that the packed package must suit. */
const projects = [
  { name: "the shop, the greeter and the twin", include: ["apps/shop", "apps/iot"], ...dom },
  {
    name: "the tests of the applications",
    include: ["apps/tests"],
    ...dom,
    // Declarations of the test tool are not ours to mend.
    skipLibCheck: true,
  },
  {
    name: "the Worker, with Cloudflare's types in place of DOM's",
    include: ["apps/workers"],
    lib: ["es2023"],
    types: ["@cloudflare/workers-types"],
  },
  { name: "the traps, and an import of every name", include: ["traps", "names.ts"], ...dom },
  {
    name: "an import of every name, with Node's types in place of DOM's",
    include: ["names.ts"],
    lib: ["es2023"],
    types: ["node"],
  },
  {
    name: "an import of every name, under a bundler's resolution",
    include: ["names.ts"],
    ...dom,
    module: "preserve",
    moduleResolution: "bundler",
  },
];

beforeAll(() => {
  writeFileSync(join(consumer, "package.json"), '{ "private": true, "type": "module" }');
  cpSync(join(test, "apps"), join(consumer, "apps"), { recursive: true });
  cpSync(join(test, "types/traps"), join(consumer, "traps"), { recursive: true });
  writeFileSync(join(consumer, "names.ts"), importOfEveryName());
});

/** `names.ts`: a value in a value's place and a type in a type's. */
function importOfEveryName(): string {
  const lines = Object.entries(publicNames).flatMap(([subpath, { values, types }], index) => {
    const rename = (name: string) => `${name} as ${name}_${index}`;
    return [
      `import { ${values.map(rename).join(", ")} } from "${subpath}";`,
      `export type { ${types.map(rename).join(", ")} } from "${subpath}";`,
      `export const values_${index} = [${values.map((name) => `${name}_${index}`).join(", ")}] as const;`,
    ];
  });
  return lines.join("\n");
}

function compile(compiler: string, name: string, config: object): string {
  const file = join(consumer, `tsconfig.${name}.json`);
  writeFileSync(file, JSON.stringify(config));
  const tsc = join(compiler, "bin/tsc");
  const { stdout, stderr } = spawnSync(process.execPath, [tsc, "-p", file, "--pretty", "false"], {
    encoding: "utf8",
    cwd: consumer,
  });
  return `${stdout}${stderr}`;
}

describe.each(Object.entries(compilers))("TypeScript %s", (version, compiler) => {
  it("is that version", () => {
    const manifest = JSON.parse(readFileSync(join(compiler, "package.json"), "utf8"));
    expect(manifest.version).toBe(version);
  });

  // The classic compiler takes seconds for each, and more where machines are busy.
  it.each(projects)("compiles $name", { timeout: 120_000 }, ({ name: _, include, ...options }) => {
    const compilerOptions = { ...strict, ...options };
    expect(compile(compiler, version, { compilerOptions, include })).toBe("");
  });

  it("refuses a program that is wrong", () => {
    mkdirSync(join(consumer, "wrong"), { recursive: true });
    writeFileSync(
      join(consumer, "wrong/wrong.ts"),
      'import { int, nothing } from "statefun"; int.encode("1"); nothing();',
    );
    const config = { compilerOptions: { ...strict, ...dom }, include: ["wrong"] };
    const output = compile(compiler, version, config);
    expect(output).toContain("TS2305"); // no exported member 'nothing'
    expect(output).toContain("TS2345"); // a string is not a number
  });
});
