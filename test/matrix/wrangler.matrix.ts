import { createServer } from "node:net";
import { join } from "node:path";
import { json, shape } from "statefun";
import { codecV3, type InvocationOutcome, type WireValue } from "statefun/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { batchOf, bodyOf, invoke, octetStream, post, wireValue } from "../contract/client.ts";
import { outDir, root } from "./build.ts";
import { bindingsTest, recordedSuite, runtimeSuite } from "./matrix-suites.ts";
import { type ServerProcess, startProcess } from "./server-process.ts";

const Login = json("demo/Login", shape<{ user: string }>());

/** `wrangler dev --port 0` takes 8787 first; a port that the system gave is free. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });
}

/** With the project's own `wrangler.toml`; `script` takes the place of its `main`. */
async function startWrangler(script?: string): Promise<ServerProcess> {
  const port = await freePort();
  return startProcess({
    command: process.execPath,
    // The program itself: the one in .bin starts it as a child, which would have another pid.
    args: [
      "--no-warnings",
      join(root, "node_modules/wrangler/wrangler-dist/cli.js"),
      "dev",
      ...(script === undefined ? [] : [script]),
      `--config=${join(root, "wrangler.toml")}`,
      "--var=name:bindings of the Worker",
      "--ip=127.0.0.1",
      `--port=${port}`,
      "--inspector-port=0",
      "--show-interactive-dev-session=false",
    ],
    cwd: root,
    env: {
      CI: "1",
      NO_COLOR: "1",
      FORCE_COLOR: "0",
      WRANGLER_SEND_METRICS: "false",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
    },
    ready: (output) => (output.includes("Ready on") ? `http://127.0.0.1:${port}` : undefined),
    stopBy: "SIGINT",
  });
}

const startProgram = (program: string) => startWrangler(join(outDir, `worker-${program}.mjs`));

// Its own proxy stands before workerd, and fails by itself when a client breaks off.
runtimeSuite("wrangler dev", startProgram, "contract", { behindProxy: true, retry: 3 });
recordedSuite("wrangler dev", startProgram);
bindingsTest("wrangler dev", startProgram, "contract", "bindings of the Worker");

describe("wrangler dev with the project's wrangler.toml", () => {
  let server: ServerProcess | undefined;
  const url = () => `${server?.url}/statefun`;

  beforeAll(async () => {
    server = await startWrangler();
  });
  afterAll(async () => {
    await server?.close();
  });

  it("serves demo/greeter to a 3.x runtime, and keeps its state", async () => {
    const state = new Map<string, WireValue | undefined>();
    const greet = async (): Promise<InvocationOutcome> => {
      const login = wireValue(Login, { user: "Zoë" });
      const batch = batchOf("demo/greeter", [login], { id: "zoe", state });
      const outcome = await invoke(url(), codecV3, batch);
      if (outcome.kind === "completed") {
        for (const { name, value } of outcome.mutations) state.set(name, value);
      } else {
        for (const { name } of outcome.missing) state.set(name, undefined);
      }
      return outcome;
    };
    expect((await greet()).kind).toBe("incomplete");
    const first = await greet();
    expect(first.kind).toBe("completed");
    const visits = state.get("visits")?.bytes;
    const second = await greet();
    expect(second).toMatchObject({ kind: "completed" });
    expect(state.get("visits")?.bytes).not.toEqual(visits);
    const said = (second.kind === "completed" ? second.egresses : []).map(({ argument }) =>
      new TextDecoder().decode(argument.bytes),
    );
    expect(said.join("\n")).toContain("Zoë");
  });

  it("refuses what is no StateFun request", async () => {
    expect((await fetch(url())).status).toBe(405);
    expect((await post(url(), "hello", { headers: octetStream })).status).toBe(400);
    const unknown = batchOf("demo/nobody", [wireValue(Login, { user: "x" })]);
    expect((await post(url(), bodyOf(codecV3, unknown))).status).toBe(500);
  });

  it("ends when it is told to", async () => {
    await server?.stop();
    await expect(fetch(url())).rejects.toThrow();
  });
});
