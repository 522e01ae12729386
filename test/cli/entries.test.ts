import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { counterSource, total } from "./counter.ts";
import { folderOf, runProgram, startProgram } from "./program.ts";

const memory = ["--memory", "--port", "0"];
const imports =
  'import { defineModule } from "statefun"; import { functions } from "./counter.mts";';

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What an entry may export, after `imports`. */
const kinds: Readonly<Record<string, string>> = {
  "a StatefulFunctions by name": 'export { functions } from "./counter.mts";',
  "a StatefulFunctions by default": 'export { functions as default } from "./counter.mts";',
  "a module": 'export const whole = defineModule({ name: "whole", functions: [functions] });',
  "a list of modules": "export const all = [functions, functions];",
  "the same one under two names": "export { functions as a, functions as b };",
  "the options of createRuntime":
    'export default { modules: [functions], timeoutMs: 1_000, http: { basePath: "/api" } };',
};

describe("an entry", () => {
  it.for(Object.entries(kinds))("may export %s", async ([kind, exports]) => {
    const folder = folderOf({
      "counter.mts": counterSource(),
      "entry.mts": `${imports}\n${exports}\n`,
    });
    const url = await startProgram(folder, ["dev", "entry.mts", ...memory]).url();
    expect(url.endsWith("/api")).toBe(kind.includes("options"));
    expect(await total(url, 2)).toBe(2);
  });

  it.for([
    "functions.ts",
    "functions.mts",
    "src/functions.ts",
    "index.ts",
    "src/index.ts",
    "src/index.mjs",
  ])("is %s when none is named", async (path) => {
    const folder = folderOf({ "package.json": '{ "type": "module" }' });
    mkdirSync(join(folder, "src"));
    const types = /shape<.*?>\(\)/;
    const text = counterSource();
    // JavaScript has no types.
    writeFileSync(join(folder, path), path.endsWith("js") ? text.replace(types, "shape()") : text);
    const program = startProgram(folder, ["dev", ...memory]);
    expect(await total(await program.url(), 1)).toBe(1);
  });

  it("is functions.ts before index.ts, which may be a server of its own", async () => {
    const folder = folderOf({ "functions.ts": counterSource(), "index.ts": "throw new Error();" });
    expect(await total(await startProgram(folder, ["dev", ...memory]).url(), 1)).toBe(1);
  });

  it("is the example functions by npm start in the project", async () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(scripts.start).toBe("node dist/cli/statefun.js dev workers/functions.ts");
    const program = startProgram(root, ["dev", "workers/functions.ts", ...memory]);
    const url = await program.url();
    const response = await fetch(`${url}/functions/demo/greeter/zoe`, {
      method: "POST",
      headers: { "content-type": "application/json", "statefun-type": "demo/Login" },
      body: '{"user":"Zoë"}',
    });
    expect(response.status).toBe(202);
    await program.says(/egress +demo\/greetings <- demo\/greeter\/zoe: Hello Zoë, visit 1\n/);
  });

  it("keeps the egresses that it does not bind, and delivers to those that it does", async () => {
    const entry = `
      import { functions, totals } from "./counter.mts";
      export const bound = totals;
      export default {
        modules: [functions],
        egresses: [totals.to((records) => console.log("delivered " + records[0].value))],
      };`;
    const folder = folderOf({ "counter.mts": counterSource(), "entry.mjs": entry });
    const program = startProgram(folder, ["dev", "entry.mjs", ...memory]);
    const url = await program.url();
    await fetch(`${url}/functions/demo/counter/zoe`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"by":3}',
    });
    await program.says(/delivered total 3/);
    expect((await fetch(`${url}/egresses/demo/totals`)).status).toBe(404);
    expect(program.output).toMatch(/demo\/totals +bound/);
  });

  /** A file, what is said of it, and the exit code. */
  const failures: readonly (readonly [text: string, line: string | RegExp, code: number])[] = [
    [
      "export const a = 1, b = {};",
      "bad.mts must export functions: a StatefulFunctions, a module or the options of createRuntime; it exports a, b",
      2,
    ],
    [
      "",
      "bad.mts must export functions: a StatefulFunctions, a module or the options of createRuntime; it exports nothing",
      2,
    ],
    ["export default { modules: 1 };", "modules of bad.mts must be a module or a list, got 1", 2],
    [
      "export default { modules: [], timeoutMS: 1 };",
      'the options of the runtime have no "timeoutMS", did you mean timeoutMs? (known: modules, store, egresses, http, retry, timeoutMs, limits, idempotencyRetentionMs, onError, observer, paused, env)',
      2,
    ],
    ["\nthrow new TypeError('boom');", "bad.mts:2:7: TypeError: boom", 1],
    ["import './deep.mts';", "deep.mts:3:9: Error: from below", 1],
    ["throw null;", "bad.mts: null", 1],
    [
      "import './gone.mts';",
      "bad.mts: Error: Cannot find module 'gone.mts' imported from bad.mts",
      1,
    ],
    ["import { a } from './empty.mts';", /^bad\.mts:1: SyntaxError: .*does not provide.*'a'$/, 1],
    ["const a: number = 1;\nconst = 2;", /^bad\.mts:2: SyntaxError: .+$/, 1],
    ["enum A { B }", /^bad\.mts:1: SyntaxError: TypeScript enum is not supported.*$/, 1],
    ["import './bad.mjs';", /^bad\.mjs:2: SyntaxError: Unexpected token '='$/, 1],
    [
      'import { StatefulFunctions } from "statefun";\nnew StatefulFunctions().bind("demo", () => {});',
      /^bad\.mts:2:25: the typename.*must be "namespace\/name" with exactly one slash, of at most 1024 letters, got "demo"$/,
      1,
    ],
    [
      "process.exit(7);",
      "the application ended with exit code 7 before it answered: if it has printed nothing, a file that it loads may call process.exit",
      1,
    ],
  ];

  it.for(failures)(
    "that is %j is one line, where it is wrong: no stack",
    async ([text, line, exit]) => {
      const folder = folderOf({
        "bad.mts": text,
        "bad.mjs": "const a = 1;\nconst = 2;",
        "empty.mts": "export {};",
        "deep.mts":
          "const a: number = 1;\nfunction f(): void {\n  throw new Error('from below');\n}\nf();",
      });
      const { code, output, errors } = await runProgram(folder, ["dev", "bad.mts", ...memory]);
      expect({ code, output }).toEqual({ code: exit, output: "" });
      const said = errors.trimEnd().replace(/^statefun: /, "");
      expect(said).not.toContain("\n");
      if (typeof line === "string") expect(said).toBe(line);
      else expect(said).toMatch(line);
    },
  );

  it("of a package that is CommonJS says what to do", async () => {
    const folder = folderOf({ "package.json": '{ "type": "commonjs" }', "a.ts": counterSource() });
    const { code, errors } = await runProgram(folder, ["dev", "a.ts", ...memory]);
    expect(code).toBe(1);
    expect(errors).toContain(
      'a.ts:2: SyntaxError: Cannot use import statement outside a module (set "type": "module" in package.json, or name the file .mts)',
    );
  });
});
