import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import type { Job } from "./check-alone.ts";
import { compile, compilers, versionOf, versions } from "./compilers.ts";
import { isWhole, optionsOf, pairs, product, type Row, titleOf } from "./matrix.ts";
import { type Program, writePrograms } from "./programs.ts";

const project = join(inject("consumer"), "matrix");
const programs = writePrograms(project);

const rows = isWhole ? product : pairs;
/** The oldest compiler has had the most trouble with what is inferred, and plain `strict` shows it best. */
const isAlone = ({ version, flags, skipLibCheck }: Row) =>
  skipLibCheck && (isWhole || (version === versions[0] && flags === "{ strict }"));

const server = { lib: ["es2023", "dom", "dom.iterable"], types: ["node"] };
const worker = { lib: ["es2023"], types: ["@cloudflare/workers-types"] };
const timeout = isWhole ? 600_000 : 180_000;

const filesOf = (row: Row, isWorker: boolean): readonly string[] =>
  programs
    .filter((program) => program.isWorker === isWorker)
    .filter((program) => row.flags !== "{}" || !program.isTrap)
    .map(({ file }) => file);

function compileAll(row: Row, globals: object, files: readonly string[]): string {
  const config = join(project, "tsconfig.json");
  writeFileSync(
    config,
    JSON.stringify({ compilerOptions: { ...optionsOf(row), ...globals }, files }),
  );
  return compile(row.version, config);
}

/** TypeScript 7 has no API: there it is a process for each program. */
function compileAlone(row: Row, globals: object, files: readonly string[]): string {
  if (row.version === "7.0") return files.map((file) => compileAll(row, globals, [file])).join("");
  const options = { ...optionsOf(row), ...globals };
  const job: Job = { compiler: compilers[row.version], folder: project, options, files };
  const child = join(import.meta.dirname, "check-alone.ts");
  const { stdout, stderr } = spawnSync(process.execPath, [child], {
    input: JSON.stringify(job),
    encoding: "utf8",
  });
  return `${stdout}${stderr}`;
}

describe("the programs", () => {
  const named = (start: string) => (one: Program) => one.file.startsWith(start);

  it("are those of the documents, the applications and more", () => {
    for (const start of [
      "blocks/docs-functions-md/cart",
      "blocks/docs-flink-md/greeter",
      "apps/shop",
      "types/",
    ]) {
      expect(programs.filter(named(start)), start).not.toEqual([]);
    }
    expect(programs.filter(({ isWorker }) => isWorker).filter(named("workers/"))).toHaveLength(2);
  });
});

describe("the matrix", () => {
  it.each(versions)("has TypeScript %s", (version) => {
    expect(versionOf(version)).toMatch(new RegExp(`^${version}\\.`));
  });

  it("has every pair of values of two axes", () => {
    const axes = Object.keys(product[0] ?? {}) as (keyof Row)[];
    const pairsOf = (table: readonly Row[]) =>
      table.flatMap((row) => axes.flatMap((a) => axes.map((b) => `${a} ${row[a]} ${b} ${row[b]}`)));
    expect(new Set(pairsOf(pairs))).toEqual(new Set(pairsOf(product)));
  });
});

describe.each(rows.map((row) => [titleOf(row), row] as const))("%s", (_, row) => {
  it("compiles every program of a server", { timeout }, () => {
    expect(compileAll(row, server, filesOf(row, false))).toBe("");
  });

  it("compiles every Worker", { timeout }, () => {
    expect(compileAll(row, worker, filesOf(row, true))).toBe("");
  });

  it.runIf(isAlone(row))("compiles each of them alone", { timeout }, () => {
    expect(compileAlone(row, server, filesOf(row, false))).toBe("");
    expect(compileAlone(row, worker, filesOf(row, true))).toBe("");
  });
});

describe.each(versions)("TypeScript %s", (version) => {
  it("refuses a program that is wrong", { timeout }, () => {
    mkdirSync(join(project, "wrong"), { recursive: true });
    const file = join(project, "wrong/wrong.ts");
    writeFileSync(file, 'import { int, nothing } from "statefun"; int.encode("1"); nothing();');
    const row: Row = { version, flags: "{}", resolution: "nodenext", skipLibCheck: true };
    const output = compileAll(row, server, ["wrong/wrong.ts"]);
    expect(output).toContain("TS2305"); // no exported member 'nothing'
    expect(output).toContain("TS2345"); // a string is not a number
  });
});
