import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderOf, startProgram } from "./program.ts";

const head = `
import { StatefulFunctions, string } from "statefun";
import { createRuntime } from "statefun/runtime";
import { serve } from "statefun/node";
import { sqliteStore } from "statefun/sqlite";
export const functions = new StatefulFunctions("demo");
functions.bind("demo/f", { accepts: string }, () => {});
`;
const production = 'createRuntime({ modules: [functions], store: sqliteStore("production.db") })';
const rule =
  "an entry file must only export its functions, or the options of createRuntime as its default export, and start nothing";

/** What an entry does beside its functions that it should not. */
const starting = {
  "awaits a runtime": `const runtime = await ${production};\nawait serve({ fetch: runtime.fetch, port: 0 });`,
  "starts a runtime and does not wait": `export const runtime = ${production};`,
  "starts a runtime and hides its errors": `try { await ${production}; } catch {}\nawait new Promise(() => {});`,
  "starts a runtime that disposes of itself": `await using runtime = await ${production};\nawait runtime.idle();`,
};

const args = {
  dev: ["dev", "index.mts", "--port", "0", "--memory"],
  module: ["module", "index.mts", "--url", "http://functions:8080/"],
};

describe.each(Object.keys(args) as (keyof typeof args)[])(
  "statefun %s, of an entry that",
  (name) => {
    it.each(Object.entries(starting))(
      "%s: refuses it, with the place, and opens nothing",
      async (_, text) => {
        const folder = folderOf({ "index.mts": `${head}${text}\n` });
        const program = startProgram(folder, args[name]);
        expect(await program.ended).toBe(1);
        expect(program.errors).toMatch(
          /^statefun: index\.mts:\d+(?::\d+)?: a runtime is started while the file is loaded: /,
        );
        expect(program.errors).toContain(rule);
        expect(program.errors.trim().split("\n")).toHaveLength(1);
        expect(existsSync(join(folder, "production.db"))).toBe(false);
      },
    );

    it("serves for ever: refuses it after some seconds", async () => {
      const text =
        "await serve({ fetch: () => new Response(), port: 0 });\nawait new Promise(() => {});";
      const program = startProgram(folderOf({ "index.mts": `${head}${text}\n` }), args[name]);
      expect(await program.ended).toBe(1);
      expect(program.errors).toBe(
        `statefun: index.mts: listens on a port and does not finish loading: ${rule}\n`,
      );
    });

    it("waits for ever: says what it waits for", async () => {
      const text = "await new Promise(() => {});\n";
      const program = startProgram(folderOf({ "index.mts": `${head}${text}` }), args[name]);
      await program.says(
        /index\.mts is still loading after 5 s: a top-level await has not settled: an entry file must/,
      );
    });

    it("serves and exports: says that it need not", async () => {
      const text = "await serve({ fetch: () => new Response(), port: 0 });\n";
      const program = startProgram(folderOf({ "index.mts": `${head}${text}` }), args[name]);
      await program.says(
        /index\.mts listens on a port of its own, although statefun serves it: an entry file must/,
      );
      if (name === "dev") await program.says(/Ctrl-C/);
      else expect(await program.ended).toBe(0);
    });
  },
);

it("an entry that never leaves the process alone is said by the other process, and ends with it", async () => {
  const program = startProgram(folderOf({ "index.mts": `${head}for (;;);\n` }), args.dev);
  await program.says(
    /the application does not answer after 10 s: a file that it loads may have a loop/,
  );
  program.kill("SIGKILL");
  // Only once both have closed their output.
  await program.ended;
});

it("what NODE_OPTIONS loads is loaded once, and may refuse to be loaded in a thread", async () => {
  const folder = folderOf({
    "index.mts": head,
    "before.cjs": 'console.log("loaded before"); process.chdir(process.cwd());\n',
  });
  const options = `--require ${join(folder, "before.cjs")}`;
  const program = startProgram(folder, args.dev, { NODE_OPTIONS: options });
  await program.says(/Ctrl-C/);
  // Once in each of the two processes.
  expect(program.output.match(/loaded before/g)).toHaveLength(2);
});

it("a runtime that an entry starts later is refused by its own call", async () => {
  const text = `setTimeout(() => ${production}.catch((error) => console.log("late", error.message)), 300);\n`;
  const folder = folderOf({ "index.mts": `${head}${text}` });
  const program = startProgram(folder, args.dev);
  await program.says(/late index\.mts:\d+.*a runtime is started/);
  expect(existsSync(join(folder, "production.db"))).toBe(false);
});
