import { createServer } from "node:net";
import { loadModule } from "statefun/module";
import { createRuntime } from "statefun/runtime";
import { afterEach, describe, expect, it } from "vitest";
import { folderOf, runProgram, startProgram } from "../cli/program.ts";
import { moduleFile, personSource } from "./dev.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const memory = ["--memory", "--port", "0"];
const start = (files: Readonly<Record<string, string>>, args: readonly string[] = memory) => {
  const folder = folderOf({ "functions.mts": personSource(), ...files });
  const modules = Object.keys(files).filter((name) => name.endsWith(".yaml"));
  return runProgram(folder, ["dev", "functions.mts", ...modules, ...args]);
};

describe("statefun dev with ports of the playground", () => {
  it("shows them", async () => {
    const folder = folderOf({ "functions.mts": personSource(), "module.yaml": moduleFile() });
    const program = startProgram(folder, ["dev", "functions.mts", "module.yaml", ...memory]);
    const at = String.raw`http://127\.0\.0\.1:\d+`;
    await program.says(
      new RegExp(String.raw`playground +PUT ${at}/\{namespace\}/\{function\}/\{id\}\n`),
    );
    expect(program.output).toMatch(new RegExp(`GET ${at}/greetings\n +GET ${at}/a/b\n`));
    expect(program.output).not.toContain("does not run here");
  });

  it("finds them in what an entry loads as well", async () => {
    const entry = `
import { loadModule } from "statefun/module";
export const file = await loadModule(${JSON.stringify(moduleFile())});
`;
    const folder = folderOf({ "entry.mts": entry });
    const program = startProgram(folder, ["dev", "entry.mts", ...memory]);
    await program.says(/playground +PUT /);
  });

  it("says which file to change when a port is in use, and starts nothing", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    ends.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as { port: number };
    const file = moduleFile().replace("port: 0\n  topics", `port: ${port}\n  topics`);
    const { code, errors, output } = await start({ "module.yaml": file });
    expect(errors).toBe(
      `statefun: port ${port} is in use: choose another one in the spec of io.statefun.playground.v1/egress\n`,
    );
    expect(code).toBe(1);
    expect(output).toBe("");
  });

  it("takes one of each, of all files together", async () => {
    const { code, errors } = await start({ "a.yaml": moduleFile(), "b.yaml": moduleFile() });
    expect(errors).toBe(
      "statefun: io.statefun.playground.v1/ingress is defined twice, in a.yaml and in b.yaml\n",
    );
    expect(code).toBe(2);
  });

  it("refuses an egress whose records the application delivers", async () => {
    const bound = `
${personSource()}
export default {
  modules: [functions],
  egresses: { "io.statefun.playground/egress": () => {} },
};
`;
    const { code, errors } = await start({ "functions.mts": bound, "module.yaml": moduleFile() });
    expect(errors).toMatch(/^statefun: egress io\.statefun\.playground\/egress is bound by this/);
    expect(code).toBe(2);
  });
});

describe("a runtime without a program around it", () => {
  it("says who serves the playground", async () => {
    const [ingress, egress] = moduleFile().split("---");
    const rejected = async (text: string | undefined) =>
      createRuntime({ modules: [await loadModule(text ?? "")] }).catch(String);
    expect(await rejected(ingress)).toMatch(/to the playground: run it with statefun dev$/);
    expect(await rejected(egress)).toMatch(/to the playground: run it with statefun dev$/);
  });
});
