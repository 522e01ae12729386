import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { egress, json, requestReplyHandler, StatefulFunctions, shape } from "statefun";
import { type Server, serve } from "statefun/node";
import { afterEach, describe, expect, it } from "vitest";
import { folderOf, startProgram } from "../cli/program.ts";
import { blocksOf } from "../docs/blocks.ts";
import { section } from "../docs/documents.ts";

let server: Server | undefined;
afterEach(() => server?.close());

/** The functions of the module.yaml, as a program somewhere else has them. */
async function elsewhere(): Promise<string> {
  const functions = new StatefulFunctions();
  const Greet = json("example/GreetRequest", shape<{ name: string }>());
  const Shown = json(
    "io.statefun.playground/EgressRecord",
    shape<{ topic: string; payload: string }>(),
  );
  const out = egress("io.statefun.playground/egress", Shown);
  functions.bind("example/person", { accepts: Greet }, (context, { name }) => {
    context.emit(out, { topic: "greetings", payload: `Welcome ${name}` });
  });
  server = await serve({ fetch: requestReplyHandler(functions), port: 0 });
  return `http://localhost:${server.port}`;
}

describe("what docs/modules.md says of the playground", () => {
  it("is so: its module.yaml and its command lines, on other ports", async () => {
    const text = section("docs/modules.md", "## The playground");
    const blocks = blocksOf("docs/modules.md").filter((block) => text.includes(block.text));
    const [file] = blocks.filter(({ language }) => language === "yaml");
    const [commands] = blocks.filter(({ language }) => language === "sh");
    const [put = "", get = ""] = commands?.text.trim().split("\n") ?? [];
    const module = (file?.text ?? "")
      .replace("http://localhost:8000", await elsewhere())
      .replace(/port: \d+/g, "port: 0");
    const folder = folderOf({ "module.yaml": module });
    const program = startProgram(folder, ["dev", "module.yaml", "--memory", "--port", "0"]);
    const [, ingress = ""] = await program.says(/PUT http:\/\/127\.0\.0\.1:(\d+)/);
    const [, from = ""] = await program.says(/GET http:\/\/127\.0\.0\.1:(\d+)/);
    const run = async (line: string, port: string): Promise<string> => {
      const there = line.replace(/localhost:\d+/, `localhost:${port}`);
      return (await promisify(execFile)("sh", ["-c", `${there} --silent`])).stdout;
    };
    expect(JSON.parse(await run(put, ingress))).toMatchObject({ duplicate: false });
    const end = Date.now() + 60_000;
    let shown = "";
    while (shown === "" && Date.now() < end) shown = await run(get, from);
    expect(shown).toBe("Welcome Bob");
  });
});
