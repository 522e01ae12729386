import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, inject, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = (path: string) => join(root, "node_modules", path);
const installed = join(inject("consumer"), "node_modules/statefun");

/** Runs a checker of packages; its output is the message of a failure. */
function check(path: string, ...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program(path), ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" },
  });
  expect(status, `${stdout}\n${stderr}`).toBe(0);
}

describe("the packed package", () => {
  it("is built by the compiler without a complaint", () => {
    expect(inject("buildOutput")).toBe("");
  });

  it("has nothing that publint would mend, not even by a suggestion", () => {
    check("publint/src/cli.js", "run", inject("tarball"), "--strict");
  });

  it("resolves to its types in every ESM mode (are the types wrong?)", () => {
    check("@arethetypeswrong/cli/dist/index.js", inject("tarball"), "--profile", "esm-only");
  });

  const files = execFileSync("tar", ["-tzf", inject("tarball")], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((file) => file.replace(/^package\//, ""));

  it("holds the built files and what a reader needs, nothing else", () => {
    const others = files.filter((file) => !/^dist\/.*\.(?:js|d\.ts)$/.test(file));
    expect(others.toSorted()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "package.json"]);
  });

  it("has no script for npm to run, or to warn of, where it is installed", () => {
    const { scripts } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    // What `npm ci` and `npm pack` run in a clone stands in scripts that npm does not look for in a dependency.
    expect(scripts).toMatchObject({ dependencies: "npm run build", prepack: "npm run build" });
    const run = /^(?:pre|post)?(?:install|prepare)$/;
    expect(Object.keys(scripts).filter((name) => run.test(name))).toEqual([]);
  });

  it("has the page of the console as strings, and neither its source nor what builds it", () => {
    expect(files).toContain("dist/console/assets.js");
    expect(files.filter((file) => /\.tsx|\.css|\.html|console\/(?:page|build)/.test(file))).toEqual(
      [],
    );
    const text = readFileSync(join(installed, "dist/console/assets.js"), "utf8");
    expect(text).not.toMatch(/sourceMappingURL|from "preact/);
  });

  it("has declarations beside every module", () => {
    const modules = files.filter((file) => file.endsWith(".js"));
    expect(modules.length).toBeGreaterThan(50);
    for (const file of modules) expect(files).toContain(file.replace(/\.js$/, ".d.ts"));
  });

  it("imports built modules, never a source", () => {
    for (const file of files.filter((name) => /\.(?:js|d\.ts)$/.test(name))) {
      const text = readFileSync(join(installed, file), "utf8");
      const relative = [...text.matchAll(/(?:from|import)\s*\(?"(\.[^"]*)"/g)].map(([, to]) => to);
      for (const to of relative) {
        // A declaration may name the source's extension: TypeScript reads `./a.ts` there as `./a.d.ts`.
        const target = join(installed, file, "..", (to ?? "").replace(/\.ts$/, ".js"));
        expect(existsSync(target), `${file} imports ${to}`).toBe(true);
        if (file.endsWith(".js")) expect(to, file).toMatch(/\.js$/);
      }
    }
  });

  it("is an ES module without side effects, without a runtime condition, and depends on two packages", () => {
    const manifest: Record<string, unknown> = JSON.parse(
      readFileSync(join(installed, "package.json"), "utf8"),
    );
    expect(manifest).toMatchObject({ name: "statefun", type: "module", sideEffects: false });
    for (const target of Object.values(manifest["exports"] ?? {})) {
      expect(target).toBeTypeOf("string");
    }
    const dependencies = Object.keys(manifest["dependencies"] ?? {});
    expect(dependencies).toEqual(["@hono/node-server", "yaml"]);
    // What stands in types is the application's own, of any version within a range.
    expect(manifest["peerDependencies"]).toEqual({
      "@bufbuild/protobuf": "^2.0.0",
      "@opentelemetry/api": "^1.9.0",
      "@platformatic/kafka": "^2.12.1",
      hono: "^4.6.7",
    });
  });
});
