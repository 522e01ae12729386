import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { root } from "../docs/documents.ts";
import { type ServerCommand, startProcess } from "../matrix/server-process.ts";
import { freePort } from "../matrix/wrangler-dev.ts";

/** The runtimes of the matrix, which are installed apart. */
const ofMatrix = (name: string) => join(root, "test/matrix/node_modules/.bin", name);
const tool = (path: string) => join(root, "node_modules", path);
const tsc = [process.execPath, tool("typescript/bin/tsc")];

interface Template {
  readonly name: string;
  /** What must be there for it. */
  readonly runtime: string;
  /** What its scripts run, with the tools of this project. */
  readonly types: readonly (readonly string[])[];
  readonly test: readonly string[];
  start(port: number, folder: string): Pick<ServerCommand, "command" | "args" | "stopBy">;
}

const deno = ofMatrix("deno");
const bun = ofMatrix("bun");
const denoTask = (name: string) => [deno, "task", name];

const templates: readonly Template[] = [
  {
    name: "node",
    runtime: process.execPath,
    types: [tsc],
    test: [process.execPath, "--test", "functions.test.ts"],
    // By npm, which is what gets the signal to end.
    start: () => ({ command: "npm", args: ["start"] }),
  },
  {
    name: "bun",
    runtime: bun,
    types: [tsc],
    test: [bun, "test"],
    start: () => ({ command: bun, args: ["main.ts"] }),
  },
  {
    name: "deno",
    runtime: deno,
    types: [denoTask("types")],
    test: denoTask("test"),
    start: (_, folder) => {
      // `deno task` is a process of its own, which would be ended alone.
      const { tasks } = JSON.parse(readFileSync(join(folder, "deno.json"), "utf8"));
      return { command: deno, args: tasks.start.split(" ").slice(1) };
    },
  },
  {
    name: "workers",
    runtime: process.execPath,
    types: [tsc, [...tsc, "-p", "workers"]],
    test: [process.execPath, "--test", "functions.test.ts"],
    start: (port) => ({
      command: process.execPath,
      args: [
        ...["--no-warnings", tool("wrangler/wrangler-dist/cli.js"), "dev"],
        ...["--ip=127.0.0.1", `--port=${port}`, "--inspector-port=0", "--var=TOKEN:secret"],
        "--show-interactive-dev-session=false",
      ],
      stopBy: "SIGINT",
    }),
  },
];

describe("npm create statefun", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "statefun-create-")));
  const program = join(folder, "package/create.js");
  const hookMs = 120_000;
  afterAll(() => rmSync(folder, { recursive: true, force: true }), hookMs);

  beforeAll(() => {
    const args = ["pack", "--ignore-scripts", "--loglevel=error", "--pack-destination", folder];
    const packed = execFileSync("npm", args, { cwd: join(root, "create"), encoding: "utf8" });
    execFileSync("tar", ["-xzf", join(folder, packed.trim()), "-C", folder]);
  }, hookMs);

  const create = (...args: readonly string[]) => {
    const run = spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: "utf8" });
    return { code: run.status, output: run.stdout, errors: run.stderr };
  };

  it("has no dependencies, and the version of the package that its templates need", () => {
    const { version, dependencies } = readJson(join(folder, "package/package.json"));
    expect([version, dependencies]).toEqual([
      readJson(join(root, "package.json")).version,
      undefined,
    ]);
    for (const { name } of templates) {
      const { dependencies } = readJson(join(folder, "package/templates", name, "package.json"));
      expect(dependencies).toEqual({ statefun: `^${version}` });
    }
  });

  it("has one application in all templates", () => {
    const read = (file: string) =>
      templates.map(({ name }) =>
        readFileSync(join(folder, "package/templates", name, file), "utf8"),
      );
    for (const file of ["functions.ts", "functions.test.ts"])
      expect(new Set(read(file)).size).toBe(1);
  });

  it("ends what npm has started when npm is ended: the shell in between is replaced", () => {
    const scripts = (name: string) =>
      readJson(join(folder, "package/templates", name, "package.json")).scripts;
    expect(scripts("node").start).toBe("exec node main.ts");
    expect(scripts("workers").dev).toMatch(/^exec wrangler dev /);
  });

  it.for([
    ["the folder is missing", []],
    [
      "unknown template pascal: choose one of bun, deno, node, workers",
      ["a", "--template", "pascal"],
    ],
    ["Unknown option '--templates'", ["a", "--templates", "node"]],
    ["one folder is expected, got a, b", ["a", "b"]],
    ['"Zoë" cannot be the name of the project', ["Zoë"]],
    ['"a-" cannot be the name of the project', ["x", "--name", "a-"]],
    ["is not empty: it has create.js", ["package", "--name", "a"]],
    ["is not a folder", ["package/create.js", "--name", "a"]],
    ["cannot be written: ENOTDIR", ["package/create.js/a"]],
  ] as const)("refuses with words, and makes nothing: %s", ([text, args]) => {
    const { code, output, errors } = create(...args);
    expect({ code, output }).toEqual({ code: 2, output: "" });
    expect(errors).toContain(`create-statefun: `);
    expect(errors).toContain(text);
    expect(errors).not.toContain("    at ");
    for (const name of ["a", "b", "x", "Zoë"]) expect(existsSync(join(folder, name))).toBe(false);
  });

  it("says what it takes", () => {
    const { code, output } = create("--help");
    expect(code).toBe(0);
    expect(output).toContain("--template bun | deno | node | workers");
  });

  describe.for(templates)("--template $name", (template) => {
    const project = join(folder, `app-${template.name}`);
    const run = ([command = "", ...args]: readonly string[]) => {
      const ran = spawnSync(command, args, { cwd: project, encoding: "utf8", env: environment() });
      expect(ran.status, `${command} ${args.join(" ")}\n${ran.stdout}\n${ran.stderr}`).toBe(0);
    };

    it.skipIf(!existsSync(template.runtime))(
      "makes a project that compiles, passes its test, runs, and keeps its state",
      async () => {
        const { code, output, errors } = create(project, "--template", template.name);
        expect({ code, errors }).toEqual({ code: 0, errors: "" });
        expect(output).toContain(`${basename(project)} is in ${project}`);
        expect(readJson(join(project, "package.json")).name).toBe(basename(project));
        expect(existsSync(join(project, ".gitignore"))).toBe(true);
        install(project);
        for (const command of template.types) run(command);
        run(template.test);
        for (const visit of [1, 2]) {
          const port = await freePort();
          const server = await startProcess({
            ...template.start(port, project),
            cwd: project,
            env: { ...environment(), PORT: String(port), TOKEN: "secret" },
            ready: (text) =>
              /listening on port|Ready on/.test(text) ? `http://127.0.0.1:${port}` : undefined,
          });
          try {
            await greet(server.url, visit);
          } finally {
            const ended = await server.stop();
            // What is not ours ends as it likes.
            if (template.name !== "workers") expect(ended).toBe(0);
          }
        }
      },
      300_000,
    );
  });
});

/** By the commands of the template's README. */
async function greet(url: string, visit: number): Promise<void> {
  const authorization = "Bearer secret";
  const to = `${url}/functions/demo/greeter/zoe`;
  const body = JSON.stringify({ user: "Zoë" });
  const headers = { "content-type": "application/json", prefer: "wait=20" };
  const refused = await fetch(to, { method: "POST", headers, body });
  expect(refused.status).toBe(401);
  const answer = await fetch(to, { method: "POST", headers: { ...headers, authorization }, body });
  expect([answer.status, await answer.text()]).toEqual([200, `Hello Zoë, visit ${visit}`]);
  await expect
    .poll(async () => {
      const read = await fetch(`${url}/egresses/demo/greetings`, { headers: { authorization } });
      const { records } = (await read.json()) as { readonly records: readonly unknown[] };
      return records.length;
    })
    .toBe(visit);
}

/** The packed package, and what the project itself asks for, as this project has it: no network. */
function install(project: string): void {
  const modules = join(project, "node_modules");
  mkdirSync(join(modules, "statefun"), { recursive: true });
  const flags = ["--strip-components=1", "-C", join(modules, "statefun")];
  execFileSync("tar", ["-xzf", inject("tarball"), ...flags]);
  const { dependencies } = readJson(join(root, "package.json"));
  const { devDependencies } = readJson(join(project, "package.json"));
  // `@types/node` brings its one dependency.
  const names = [...Object.keys({ ...dependencies, ...devDependencies }), "undici-types"];
  for (const name of names) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(tool(name), join(modules, name), "dir");
  }
  // As a package manager leaves it: Deno compares it with what is installed.
  const file = join(project, "package.json");
  const { version } = readJson(join(modules, "statefun/package.json"));
  const manifest = { ...readJson(file), dependencies: { statefun: version } };
  writeFileSync(file, JSON.stringify(manifest));
}

const environment = (): Record<string, string> => ({
  PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
  CI: "1",
  NO_COLOR: "1",
  DENO_NO_UPDATE_CHECK: "1",
  WRANGLER_SEND_METRICS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
});

// biome-ignore lint/suspicious/noExplicitAny: a package.json, of which the tests say what it has.
const readJson = (path: string): any => JSON.parse(readFileSync(path, "utf8"));
