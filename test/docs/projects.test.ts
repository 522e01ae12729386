import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "./documents.ts";
import { heavyImports, needsOwnWorker, projects } from "../projects.ts";

const read = (path: string): string => readFileSync(join(root, path), "utf8");
const { scripts } = JSON.parse(read("package.json")) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** The commands that the gate runs as a step. */
const gate = Array.from(
  read(".ci/run").matchAll(/^ *wanted [\w-]+ (.*)$/gm),
  ([, one = ""]) => one,
);

/** The script of package.json that a command runs at the root. */
function scriptOf(command: string): string {
  const [, name = ""] = /^npm (?:run --silent )?([\w:-]+) -- /.exec(command) ?? [];
  return scripts[name] ?? "";
}

/** Test files below some folders. What a template has is run by the tests of the package. */
const testFiles = (pattern: string): string[] =>
  globSync(pattern, { cwd: root, exclude: ["**/node_modules/**"] })
    .map((path) => path.replaceAll("\\", "/"))
    .sort();

it("starts no process and no server in a quick test", () => {
  expect(projects.quick.length).toBeGreaterThan(50);
  const heavy = projects.quick.flatMap((test) =>
    heavyImports(test).map((one) => `${test}: ${one}`),
  );
  expect(heavy).toEqual([]);
});

it("gives a worker of its own to a test that changes or measures the whole process", () => {
  expect([...projects.quick, ...projects.source].filter(needsOwnWorker)).toEqual([]);
  expect(projects.alone).toContain("test/engine/call-ids.test.ts");
  expect(projects.alone).toContain("test/semantics/timers.test.ts");
  expect(projects.alone).toContain("test/observer/started.test.ts");
  expect(projects.alone).toContain("test/store/file-modes.test.ts");
});

it("knows what starts a process", () => {
  expect(projects.processes).toContain("test/http/node.test.ts");
  expect(projects.processes).toContain("test/kills/kills.test.ts");
  expect(projects.source).toContain("test/store/contract.test.ts");
});

it("has each test file in one project, and the gate runs each project in one step", () => {
  expect(Object.values(projects).flat().toSorted()).toEqual(
    testFiles("{test,examples}/**/*.test.ts"),
  );
  const run = gate.flatMap((command) =>
    Array.from(scriptOf(command).matchAll(/--project (\w+)/g), ([, name = ""]) => name),
  );
  expect(run.toSorted()).toEqual(Object.keys(projects).toSorted());
});

it("has each other test file in the folder of its ending, which the gate runs in one step", () => {
  const others = testFiles(
    "{test,examples}/**/*.{flink,kafka,console,matrix,operate,sdks,site,spec}.ts",
  );
  const endings = new Map<string, Set<string>>();
  for (const path of others) {
    const ending = path.split(".").at(-2) ?? "";
    const [, folder = ""] = path.split("/");
    endings.set(ending, (endings.get(ending) ?? new Set()).add(folder));
  }
  const folders = [...endings].map(([ending, found]) => `${ending}: ${[...found].join()}`);
  const configs = testFiles("test/*/vitest.config.ts").map((path) => path.split("/")[1] ?? "");
  // vitest knows the ending `spec` without a word of ours.
  const known = configs.map((one) => (one === "pool-workers" ? `spec: ${one}` : `${one}: ${one}`));
  expect(folders.toSorted()).toEqual(known.toSorted());
  const isRun = (config: string) => (command: string) =>
    scriptOf(command).endsWith(`--config test/${config}/vitest.config.ts`) ||
    command.includes(`--prefix test/${config} `);
  for (const config of configs) {
    expect({ config, steps: gate.filter(isRun(config)).length }).toEqual({ config, steps: 1 });
  }
});
