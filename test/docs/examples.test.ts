import { createServer } from "node:net";
import { json, shape } from "statefun";
import { codecV2, codecV3 } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { Cluster } from "../../examples/cluster/driver.ts";
import { endProgram, runExample, startExample, waitForOutput } from "./programs.ts";

const Login = json("demo/Login", shape<{ user: string }>());

/** What a cluster sees of a server: the lines that the driver prints. */
async function greet(url: string): Promise<string> {
  const lines: string[] = [];
  const cluster = new Cluster({ url, codec: codecV3, print: (line) => lines.push(line) });
  for (const _ of ["first", "second"]) {
    cluster.send("demo/greeter", "zoe", Login.of({ user: "Zoë" }));
    await cluster.run();
  }
  return lines.join("\n");
}

describe("npm run example:cluster", () => {
  it("says what went in and what came out on both wires, and ends by itself", async () => {
    const { code, output, errors } = await runExample("examples/cluster/start.ts");
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    expect(output).toContain('<- demo/Login {"user":"Zoë"}');
    expect(output).toContain('-> egress demo/greetings: "Hello Zoë, visit 2"');
    expect(output).toContain('<- demo/Logout {"reason":"idle"}');
    expect(output).toContain("-> state visits = nothing");
    expect(output).toContain('<- state session = demo/Session {"user":"Zoë"}');
    expect(output).toContain("Zoë is here already");
  });

  it("takes another port when 8080 is taken", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      // Taken by somebody else is just as good.
      server.once("error", () => resolve());
      server.listen(8080, "127.0.0.1", resolve);
    });
    try {
      const { code, output } = await runExample("examples/cluster/start.ts");
      expect(code).toBe(0);
      expect(output).toMatch(/served at http:\/\/127\.0\.0\.1:\d+\/statefun\n/);
      expect(output).not.toContain(":8080/");
    } finally {
      server.close();
    }
  });

  it("goes on serving with --serve, until it is asked to end", async () => {
    const child = startExample("examples/cluster/start.ts", ["--serve"]);
    try {
      const said = await waitForOutput(child, /still served at (\S+),/);
      expect(await greet(said.replace(/^.*(http\S+),$/, "$1"))).toContain("Hello Zoë, visit 2");
    } finally {
      await endProgram(child);
    }
  });
});

describe.for(["examples/cluster/node.ts", "examples/cluster/hono.ts"])("%s", (program) => {
  it("greets, keeps its state with the cluster, and ends when it is asked to", async () => {
    const child = startExample(program);
    try {
      const url = (await waitForOutput(child, /http:\S+/)).trim();
      const lines = await greet(url);
      expect(lines).toContain("-> needs state visits");
      expect(lines).toContain("Hello Zoë, visit 2");
    } finally {
      expect(await endProgram(child)).toBe(0);
    }
  });

  it("says what is wrong with a port", async () => {
    const child = startExample(program, [], Number.NaN);
    await expect(waitForOutput(child, /http:\S+/)).rejects.toThrow(
      "port must be an integer from 0 to 65535, got NaN",
    );
    await endProgram(child);
  });
});

describe("the driver", () => {
  it("fails when a function does", async () => {
    const child = startExample("examples/cluster/node.ts");
    try {
      const url = (await waitForOutput(child, /http:\S+/)).trim();
      const cluster = new Cluster({ url, codec: codecV2, print: () => undefined });
      // Its module.yaml lacks the state.
      cluster.send("demo/login", "zoe", Login.of({ user: "Zoë" }));
      await expect(cluster.run()).rejects.toThrow("status 500: undeclared_state");
    } finally {
      await endProgram(child);
    }
  });
});
