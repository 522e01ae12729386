import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseArguments, portFrom } from "../../src/cli/arguments.ts";
import { folderOf, runProgram } from "./program.ts";

const manifest = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { readonly version: string };

describe("statefun", () => {
  it.for([["--help"], ["-h"], []])("prints what it can do (%o)", async (args) => {
    const { code, output, errors } = await runProgram(folderOf({}), args);
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    for (const word of ["statefun dev", "statefun module", "--port", "--memory", "functions.ts"]) {
      expect(output).toContain(word);
    }
  });

  it("prints its version", async () => {
    expect(await runProgram(folderOf({}), ["--version"])).toEqual({
      code: 0,
      output: `${manifest.version}\n`,
      errors: "",
    });
  });

  /** What is wrong, and the line on standard error; the exit code is always 2. */
  const refusals: readonly (readonly [args: readonly string[], line: string])[] = [
    [
      ["modul"],
      'unknown command "modul", did you mean module? (statefun --help lists all of them)',
    ],
    [["serve"], 'unknown command "serve" (statefun --help lists all of them)'],
    [
      ["dev", "--prot", "1"],
      "unknown flag --prot, did you mean --port? (statefun --help lists all of them)",
    ],
    [["dev", "--quiet"], "unknown flag --quiet (statefun --help lists all of them)"],
    [["dev", "a.ts", "--port"], "Option '--port <value>' argument missing"],
    [["dev", "a.ts", "--json=1"], "Option '--json' does not take an argument"],
    [["dev", "a.ts", "--port", "http"], '--port must be an integer from 0 to 65535, got "http"'],
    [["dev", "a.ts", "--port", "65536"], '--port must be an integer from 0 to 65535, got "65536"'],
    [["dev", "a.ts", "--port", "1", "--port", "2"], "--port is given twice"],
    [["dev", "a.ts", "--host", ""], "--host must not be empty"],
    [["dev", "a.ts", "--file", "x.db", "--memory"], "use either --file or --memory, not both"],
    [["dev", "b.ts"], "file b.ts does not exist"],
    [["dev", "a.ts", "a.ts"], "expected one entry file, got a.ts and a.ts"],
    [["dev", "a.ts", "b.yaml"], "file b.yaml does not exist"],
    [
      ["dev"],
      "found no functions.ts, src/functions.ts, index.ts or src/index.ts: name the entry file",
    ],
    [["dev", "."], ". is not a file"],
    [
      ["dev", "notes.txt"],
      "notes.txt must be a TypeScript or JavaScript file: .ts, .mts, .js or .mjs",
    ],
    [
      ["dev", "a.ts", "--host", "192.0.2.1", "--memory"],
      "--host 192.0.2.1 is not an address of this machine",
    ],
    [
      ["module", "a.ts"],
      "--url is missing: name the URL at which the cluster reaches the functions, for example --url http://functions:8080/statefun",
    ],
    [
      ["module", "a.ts", "--url", "http://f", "--format", "yaml"],
      '--format must be kind, 3.0 or 2.0, got "yaml"',
    ],
  ];

  it.for(refusals)("%o: exit code 2, one line, no stack", async ([args, line]) => {
    const text = 'export { functions } from "./b.mts";';
    const source =
      'import { StatefulFunctions } from "statefun"; export const functions = new StatefulFunctions();';
    const folder = folderOf({ "a.ts": text, "b.mts": source, "notes.txt": "" });
    expect(await runProgram(folder, args)).toEqual({
      code: 2,
      output: "",
      errors: `statefun: ${line}\n`,
    });
  });
});

describe("the parts of it", () => {
  it("takes ports from 0 to 65535", () => {
    expect(["0", "8080", "65535"].map(portFrom)).toEqual([0, 8080, 65_535]);
    for (const text of ["-1", "1.5", "0x10", " 1", "1e3", ""]) {
      expect(() => portFrom(text)).toThrow("--port must be an integer");
    }
  });

  it("keeps flags and files apart wherever they stand", () => {
    const flags = { port: { type: "string" }, json: { type: "boolean" } } as const;
    const given = parseArguments(["a.ts", "--port=1", "b.yaml", "--json"], flags);
    expect(given.positionals).toEqual(["a.ts", "b.yaml"]);
    expect([given.text("port"), given.has("json")]).toEqual(["1", true]);
  });
});
