import { execFile } from "node:child_process";
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blocksOf } from "../docs/blocks.ts";
import { namesOnWorkerd } from "../package/names-on-workerd.ts";
import { publicNames } from "../package/public-names.ts";
import { root } from "./build.ts";
import { type JsrRegistry, startJsrRegistry } from "./jsr-registry.ts";

/**
 * `deno publish`, to a registry of this machine, and programs on Deno that take the package from there: the dry run does not show
 * what the publisher makes of the imports, nor whether the result runs.
 */
const deno = join(import.meta.dirname, "node_modules/.bin/deno");
const config = JSON.parse(readFileSync(join(root, "jsr.json"), "utf8"));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Its client is loaded at run time by a name that no publisher sees. */
const notOnJsr = ["./kafka-connector", "./package.json"];
/** It needs a module that is nowhere but on workerd. */
const notOnDeno = ["./durable-object"];
const subpaths = Object.keys(config.exports);

const folder = realpathSync(mkdtempSync(join(tmpdir(), "statefun-jsr-")));
let registry: JsrRegistry;
let published: Ran;

interface Ran {
  readonly code: number;
  readonly printed: string;
  /** With what Deno says of its own. */
  readonly output: string;
}

function run(cwd: string, ...args: readonly string[]): Promise<Ran> {
  const env = {
    ...process.env,
    // Whoever asks npm is told that nobody is there: all that is needed is installed.
    NPM_CONFIG_REGISTRY: "http://127.0.0.1:9/",
    JSR_URL: registry.url,
    DENO_DIR: join(folder, "deno"),
    DENO_NO_UPDATE_CHECK: "1",
    NO_COLOR: "1",
  };
  return new Promise((resolve) => {
    execFile(deno, [...args], { cwd, env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code);
      resolve({ code, printed: stdout, output: `${stdout}${stderr}` });
    });
  });
}

beforeAll(async () => {
  registry = await startJsrRegistry(folder);
  // A token makes it ask nobody, and an uncommitted change is no reason to test nothing.
  published = await run(root, "publish", "--allow-dirty", "--no-provenance", "--token=none");
}, 300_000);

afterAll(() => {
  registry.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A project whose dependencies from npm are the ones of this project: no network. */
function project(name: string, files: Readonly<Record<string, string>>): string {
  const at = join(folder, name);
  const dependencies: Record<string, string> = {};
  for (const specifier of Object.values<string>(config.imports)) {
    const [, module = "", range = ""] = /^npm:(.+)@(.+)$/.exec(specifier) ?? [];
    if (module === "") continue;
    dependencies[module] = range;
    const target = join(at, "node_modules", module);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(join(root, "node_modules", module), target, "dir");
  }
  writeFileSync(join(at, "package.json"), JSON.stringify({ dependencies }));
  const imports = Object.fromEntries(
    subpaths.map((path) => [join("statefun", path), `jsr:${join(`${config.name}@0.1.0`, path)}`]),
  );
  writeFileSync(join(at, "deno.json"), JSON.stringify({ nodeModulesDir: "manual", imports }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(at, file), text);
  return at;
}

describe("the package on JSR", () => {
  it("has the version of npm's, and every subpath that works there", () => {
    const { version, license } = manifest;
    expect(config).toMatchObject({ version, license });
    const sources = Object.entries<string>(manifest.exports)
      .filter(([path]) => !notOnJsr.includes(path))
      .map(([path, file]) => [path, file.replace("./dist", "./src").replace(/\.js$/, ".ts")]);
    expect(config.exports).toEqual(Object.fromEntries(sources));
  });

  it("takes the same versions of other packages as npm's", () => {
    const { dependencies, peerDependencies, devDependencies } = manifest;
    for (const specifier of Object.values<string>(config.imports)) {
      const [, name = "", range = ""] = /^npm:(.+)@(.+)$/.exec(specifier) ?? [];
      if (name === "") continue;
      // Only types: the major version that the sources are compiled with.
      const types = `^${parseInt(devDependencies["@types/node"], 10)}.0.0`;
      const expected = { ...dependencies, ...peerDependencies, "@types/node": types };
      expect(range, name).toBe(expected[name]);
    }
  });

  it("is published without slow types or another warning", () => {
    expect(published.output).toContain(`Successfully published ${config.name}@0.1.0`);
    expect(published.output).not.toMatch(/warning|error/i);
    expect(published.code).toBe(0);
  });

  it("has what is served and read, and not what builds it", () => {
    const files = globSync("**/*.*", { cwd: registry.published });
    expect(files).toContain("src/console/assets.ts");
    expect(files.filter((file) => !/^src\/.*\.ts$/.test(file)).sort()).toEqual([
      "CHANGELOG.md",
      "README.md",
      "jsr.json",
    ]);
    expect(
      files.filter((file) => /cli\/|console\/(?:page|build)|kafka\/client/.test(file)),
    ).toEqual([]);
  });

  it("imports nothing by a name that only this repository knows", () => {
    for (const file of globSync("src/**/*.ts", { cwd: registry.published })) {
      if (file === "src/console/assets.ts") continue;
      const text = readFileSync(join(registry.published, file), "utf8");
      for (const [, name = ""] of text.matchAll(/^(?:} |import .*|export .*)from "(.*)";$/gm)) {
        expect(name, file).toMatch(/^(?:\.|node:|npm:|cloudflare:)/);
      }
    }
  });

  it("exports on Deno what npm's package exports", { timeout: 300_000 }, async () => {
    const there = subpaths.filter((path) => !notOnDeno.includes(path));
    const names = there.map((path) => join("statefun", path));
    const program = names.map(
      (name, at) => `import * as module${at} from ${JSON.stringify(name)};\n`,
    );
    const print = `console.log(JSON.stringify([${names.map((_, at) => `Object.keys(module${at}).sort()`)}]));`;
    const at = project("names", { "names.ts": [...program, print].join("") });
    const { code, printed, output } = await run(at, "run", "--no-lock", "names.ts");
    expect(code, output).toBe(0);
    expect(JSON.parse(printed)).toEqual(names.map((name) => publicNames[name]?.values));
  });

  it.for(notOnDeno)("exports within workerd what npm's package exports: %s", async (path) => {
    const name = join("statefun", path);
    const names = await namesOnWorkerd(`./${config.exports[path]}`, registry.published);
    expect(names.toSorted()).toEqual(publicNames[name]?.values);
  });

  it("compiles and runs the program of docs/start/deno.md", { timeout: 300_000 }, async () => {
    const named = blocksOf("docs/start/deno.md").filter(({ name }) => name !== "");
    const files = Object.fromEntries(named.map(({ name, text }) => [name, text]));
    const main = files["main.ts"] ?? "";
    const once = `${main.replace("port: 8080", "port: 0")}
      const to = \`http://127.0.0.1:\${server.port}\`;
      const body = JSON.stringify({ user: "zoe" });
      const headers = { "content-type": "application/json" };
      await fetch(\`\${to}/functions/demo/greeter/zoe\`, { method: "POST", headers, body });
      for (let records = []; records.length === 0; ) {
        ({ records } = await (await fetch(\`\${to}/egresses/demo/greetings\`)).json());
        if (records.length > 0) console.log(records[0].value);
      }
      process.kill(process.pid, "SIGTERM");`;
    const at = project("start", { ...files, "main.ts": once });
    const flags = ["--allow-net=127.0.0.1", "--allow-read=.", "--allow-write=.", "--allow-run"];
    const { code, output } = await run(at, "run", "--no-lock", "--check", ...flags, "main.ts");
    expect(output).toContain("Hello zoe, visit 1");
    expect(code, output).toBe(0);
  });
});
