import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { requestReplyHandler, StatefulFunctions, string } from "statefun";
import { type Server, serve } from "statefun/node";
import { afterEach, describe, expect, it } from "vitest";
import { parseYaml } from "../docs/yaml.ts";
import { counterSource, total } from "./counter.ts";
import { folderOf, runProgram, startProgram, until } from "./program.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** A function that runs elsewhere, as one in Java or Python would. */
async function elsewhere(said: string[]): Promise<string> {
  const functions = new StatefulFunctions();
  functions.bind("other/listener", { accepts: string }, (context, text) => {
    said.push(`${context.self.id} ${text}`);
  });
  const server = await serve({ fetch: requestReplyHandler(functions), port: 0 });
  servers.push(server);
  return `http://127.0.0.1:${server.port}/statefun`;
}

const endpoint = `
kind: io.statefun.endpoints.v2/http
spec:
  functions: other/*
  urlPathTemplate: \${ENDPOINT}
`;

const kafka = `
kind: io.statefun.kafka.v1/ingress
spec:
  id: demo/logins
  address: kafka:9092
  consumerGroupId: demo
  topics:
    - topic: logins
      valueType: demo/Login
      targets:
        - demo/counter
---
kind: io.statefun.kafka.v1/egress
spec:
  id: demo/greetings
  address: kafka:9092
`;

const memory = ["--memory", "--port", "0"];

describe("statefun dev with a module.yaml", () => {
  const said: string[] = [];
  const text = (url: string) =>
    fetch(`${url}/functions/other/listener/zoe`, {
      method: "POST",
      headers: { "content-type": "application/json", "statefun-type": string.typename },
      body: '"hello"',
    });

  it("calls what runs elsewhere, by variables of the environment", async () => {
    const folder = folderOf({ "counter.mts": counterSource(), "module.yaml": endpoint });
    const args = ["dev", "counter.mts", "module.yaml", ...memory];
    const program = startProgram(folder, args, { ENDPOINT: await elsewhere(said) });
    const url = await program.url();
    await program.says(/elsewhere +other\/\* +at http:\/\/127\.0\.0\.1:\d+\/statefun\n/);
    expect((await text(url)).status).toBe(202);
    await until(() => said.at(-1) === "zoe hello");
    expect(await total(url, 1)).toBe(1);
  });

  it("needs no entry beside it", async () => {
    const folder = folderOf({ "module.yaml": endpoint, "functions.ts": "throw new Error();" });
    const program = startProgram(folder, ["dev", "module.yaml", ...memory], {
      ENDPOINT: await elsewhere(said),
    });
    const before = said.length;
    expect((await text(await program.url())).status).toBe(202);
    await until(() => said.length === before + 1);
  });

  it("keeps the records of its egresses, and says that its ingresses do not run", async () => {
    const folder = folderOf({ "counter.mts": counterSource(), "module.yaml": kafka });
    const program = startProgram(folder, ["dev", "counter.mts", "module.yaml", ...memory]);
    await program.says(/Ctrl-C/);
    expect(program.output).toMatch(/ demo\/greetings +kept for reading\n/);
    expect(program.output).toContain(
      "module.yaml: ingress demo/logins does not run here: send its messages over HTTP, demo/Login to /functions/demo/counter/{id}, or start it with --connectors\n",
    );
  });

  it("shows what a function emits for Kafka as the records that they are", async () => {
    const source = `
import { StatefulFunctions, string } from "statefun";
import { kafkaEgress } from "statefun/kafka";
export const functions = new StatefulFunctions("demo");
const out = kafkaEgress("demo/greetings");
functions.bind("demo/counter", { accepts: string }, (context, text) => {
  context.emit(out, { topic: "greetings", key: context.self.id, value: text });
});
`;
    const folder = folderOf({ "counter.mts": source, "module.yaml": kafka });
    const program = startProgram(folder, ["dev", "counter.mts", "module.yaml", ...memory]);
    const url = await program.url();
    const headers = { "content-type": "text/plain" };
    await fetch(`${url}/functions/demo/counter/zoe`, { method: "POST", headers, body: "hello" });
    const records = async (): Promise<unknown[]> =>
      Object(await (await fetch(`${url}/egresses/demo/greetings`)).json()).records;
    await until(async () => (await records()).length === 1);
    const value = { topic: "greetings", key: "zoe", value: "hello" };
    expect(await records()).toMatchObject([{ value }]);
  });

  it("runs here what an endpoint says is elsewhere, and calls the rest, of several files", async () => {
    const both = `
kind: io.statefun.endpoints.v2/http
spec:
  functions: demo/counter
  urlPathTemplate: http://functions.example/statefun
---
kind: io.statefun.endpoints.v2/http
spec:
  functions: demo/*
  urlPathTemplate: http://functions.example/statefun
`;
    const files = { "counter.mts": counterSource(), "cluster.yaml": both, "other.yaml": endpoint };
    const args = ["dev", "counter.mts", "cluster.yaml", "other.yaml", ...memory];
    const program = startProgram(folderOf(files), args, { ENDPOINT: await elsewhere(said) });
    // The first URL that it prints is that of the warning.
    const [, url = ""] = await program.says(/statefun \S+ +(http:\/\/127\S+)/);
    await program.says(
      /warning +cluster\.yaml: demo\/counter runs in this process, not at http:\/\/functions\.example\/statefun\n/,
    );
    expect(await total(url, 1)).toBe(1);
    const before = said.length;
    await text(url);
    await until(() => said.length === before + 1);
  });

  it("says where the file is wrong, and goes on when it is mended", async () => {
    const broken = endpoint.replace("functions:", "function:");
    const folder = folderOf({ "counter.mts": counterSource(), "module.yaml": broken });
    const args = ["dev", "counter.mts", "module.yaml", ...memory];
    const environment = { ENDPOINT: "http://127.0.0.1:9/statefun" };
    const { code, errors } = await runProgram(folder, args, environment);
    expect(code).toBe(1);
    expect(errors).toMatch(/^statefun: module\.yaml: spec.*function.*\(line \d+, column \d+\)\n$/);

    writeFileSync(join(folder, "module.yaml"), endpoint);
    const program = startProgram(folder, args, environment);
    await program.url();
    writeFileSync(join(folder, "module.yaml"), broken);
    await program.says(/restarting +module\.yaml has changed/);
    await program.says(/waiting +for a change/);
    writeFileSync(join(folder, "module.yaml"), endpoint);
    await program.says(/restarted/);
  });
});

describe("statefun module", () => {
  const folder = () =>
    folderOf({ "counter.mts": counterSource(), "bad.mts": "throw new Error('x')" });
  const args = ["module", "counter.mts", "--url", "http://functions:8080/statefun"];

  it("prints the module.yaml of a cluster, and nothing else", async () => {
    const { code, output, errors } = await runProgram(folder(), args);
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    expect(parseYaml(output)).toEqual([
      {
        kind: "io.statefun.endpoints.v2/http",
        spec: {
          functions: "demo/counter",
          urlPathTemplate: "http://functions:8080/statefun",
        },
      },
    ]);
  });

  it.for(["3.0", "2.0"])("prints it for version %s", async (format) => {
    const { code, output } = await runProgram(folder(), [...args, "--format", format]);
    expect(code).toBe(0);
    expect(output).toMatch(new RegExp(`^version: "${format.replace(".", "\\.")}"\n`));
    expect(output).toContain("demo/counter");
  });

  it("fails in a line for a URL that is none, and for an entry that does not load", async () => {
    const url = await runProgram(folder(), ["module", "counter.mts", "--url", "functions"]);
    expect(url).toMatchObject({ code: 2, output: "" });
    expect(url.errors).toMatch(/^statefun: urlPathTemplate must be a URL .+ got "functions"\n$/);
    const entry = await runProgram(folder(), ["module", "bad.mts", "--url", "http://f/"]);
    expect(entry).toEqual({ code: 1, output: "", errors: "statefun: bad.mts:1:7: Error: x\n" });
  });
});
