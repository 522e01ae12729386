import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { folderOf, startProgram } from "../cli/program.ts";
import { type Sdk, targetDir } from "./sdks.ts";
import { type SdkServer, startServer } from "./server-process.ts";

const greeter: Sdk = {
  name: "the greeter",
  wire: "v3",
  namespace: "example",
  command: [
    join(targetDir, "python3", "bin", "python"),
    join(import.meta.dirname, "playground", "greeter.py"),
  ],
};

/** As the examples have it, but for the host and the ports. */
const moduleFile = (url: string) => `
kind: io.statefun.endpoints.v2/http
spec:
  functions: example/*
  urlPathTemplate: ${url}statefun
  transport:
    type: io.statefun.transports.v1/async
---
kind: io.statefun.playground.v1/ingress
spec:
  port: 0
---
kind: io.statefun.playground.v1/egress
spec:
  port: 0
  topics:
    - greetings
`;

/** The command lines of the examples' README, word for word. */
const send = `curl -X PUT -H "Content-Type: application/vnd.example/GreetRequest" -d '{"name": "Bob"}' localhost:8090/example/person/Bob`;
const read = "curl -X GET localhost:8091/greetings";

const shell = promisify(execFile);

describe("an example of the playground, under statefun dev", () => {
  let server: SdkServer;
  beforeAll(async () => {
    server = await startServer(greeter);
  });
  afterAll(() => server.kill());

  it("does what its README says", async () => {
    const folder = folderOf({ "module.yaml": moduleFile(server.url) });
    const program = startProgram(folder, ["dev", "module.yaml", "--memory", "--port", "0"]);
    const [, ingress = ""] = await program.says(/PUT http:\/\/127\.0\.0\.1:(\d+)/);
    const [, egress = ""] = await program.says(/GET http:\/\/127\.0\.0\.1:(\d+)/);
    const run = async (line: string): Promise<string> => {
      const there = line.replace(":8090", `:${ingress}`).replace(":8091", `:${egress}`);
      return (await shell("sh", ["-c", `${there} --silent --show-error`])).stdout;
    };
    const next = async (): Promise<string> => {
      const end = Date.now() + 60_000;
      for (;;) {
        const said = await run(read);
        if (said !== "" || Date.now() > end) return said;
      }
    };
    // There is nothing yet, and it says nothing.
    expect(await run(read)).toBe("");
    expect(JSON.parse(await run(send))).toMatchObject({ duplicate: false });
    expect(await next()).toBe("Welcome Bob, visit 1");
    await run(send);
    await run(send);
    expect(await next()).toBe("Welcome Bob, visit 2");
    expect(await next()).toBe("Welcome Bob, visit 3");
    expect(await run(read)).toBe("");
    expect(program.errors).toBe("");
  });
});
