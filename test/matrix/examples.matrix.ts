import { join } from "node:path";
import { json, shape } from "statefun";
import { codecV2, codecV3 } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { Cluster, type ClusterSetup } from "../../examples/cluster/driver.ts";
import { outDir, root } from "./build.ts";
import { type ServerCommand, startProcess } from "./server-process.ts";

/**
 * The whole programs of docs/flink.md, each as it stands in the repository, on its runtime: `workers/functions.ts`
 * is the same file in all of them. The Worker is `wrangler.matrix.ts`.
 */
const Login = json("demo/Login", shape<{ user: string }>());

const installed = (name: string) => join(import.meta.dirname, "node_modules/.bin", name);
const url = (output: string) => /http:\/\/127\.0\.0\.1:\d+\S*/.exec(output)?.[0];
const common = { cwd: root, env: { PORT: "0" }, ready: url };

const programs: readonly (readonly [name: string, command: ServerCommand])[] = [
  ["Node", { ...common, command: process.execPath, args: ["examples/cluster/node.ts"] }],
  ["Hono on Node", { ...common, command: process.execPath, args: ["examples/cluster/hono.ts"] }],
  ["Bun", { ...common, command: installed("bun"), args: ["examples/cluster/bun.ts"] }],
  [
    "Deno",
    {
      ...common,
      // Deno says on standard error where it listens.
      command: "sh",
      args: ["-c", `exec "${installed("deno")}" serve --host=127.0.0.1 --port=0 deno/main.ts 2>&1`],
      env: { DENO_NO_UPDATE_CHECK: "1", DENO_DIR: join(outDir, ".deno"), NO_COLOR: "1" },
    },
  ],
];

/** What the driver prints of two logins. */
async function greet(
  server: string,
  setup: Pick<ClusterSetup, "codec" | "states">,
  typename: string,
): Promise<string> {
  const lines: string[] = [];
  const address = new URL("/statefun", server).href;
  const cluster = new Cluster({ url: address, ...setup, print: (line) => lines.push(line) });
  for (const user of ["Zoë", "Zoë"]) {
    cluster.send(typename, "zoe", Login.of({ user }));
    await cluster.run();
  }
  return lines.join("\n");
}

describe.for(programs)("the documented program for %s", ([, command]) => {
  it("greets for a 3.x and a 2.x cluster, and ends when it is asked to", async () => {
    const server = await startProcess(command);
    try {
      const current = await greet(server.url, { codec: codecV3 }, "demo/greeter");
      expect(current).toContain("-> needs state visits");
      expect(current).toContain('-> egress demo/greetings: "Hello Zoë, visit 2"');
      const states = { "demo/login": ["session"] };
      const older = await greet(server.url, { codec: codecV2, states }, "demo/login");
      expect(older).toContain('<- state session = demo/Session {"user":"Zoë"}');
      expect(older).toContain("Zoë is here already");
    } finally {
      await server.stop();
    }
    await expect(fetch(server.url)).rejects.toThrow();
  });
});

describe("npm run example:cluster", () => {
  it("runs on the built package", async () => {
    const server = await startProcess({
      ...common,
      command: process.execPath,
      args: ["examples/cluster/start.ts", "--serve"],
      ready: (output) => /still served at (\S+),/.exec(output)?.[1],
    });
    await server.stop();
    expect(server.url).toMatch(/\/statefun$/);
  });
});
