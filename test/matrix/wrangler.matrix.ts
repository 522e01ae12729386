import { join } from "node:path";
import { json, shape } from "statefun";
import { codecV3, type InvocationOutcome, type WireValue } from "statefun/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { batchOf, bodyOf, invoke, octetStream, post, wireValue } from "../contract/client.ts";
import { outDir } from "./build.ts";
import { bindingsTest, recordedSuite, runtimeSuite } from "./matrix-suites.ts";
import { type ServerProcess, startProcess } from "./server-process.ts";
import { wranglerDev } from "./wrangler-dev.ts";

const Login = json("demo/Login", shape<{ user: string }>());

const vars = { name: "bindings of the Worker" };
/** A Worker without objects: the project's own configuration wants some. */
const config = join(import.meta.dirname, "wrangler.toml");
const startProgram = async (program: string): Promise<ServerProcess> =>
  startProcess(await wranglerDev({ script: join(outDir, `worker-${program}.mjs`), config, vars }));

// Its own proxy stands before workerd, and fails by itself when a client breaks off.
runtimeSuite("wrangler dev", startProgram, "contract", { behindProxy: true, retry: 3 });
recordedSuite("wrangler dev", startProgram);
bindingsTest("wrangler dev", startProgram, "contract", "bindings of the Worker");

describe("wrangler dev with the project's wrangler.toml", () => {
  let server: ServerProcess | undefined;
  const url = () => `${server?.url}/statefun`;

  beforeAll(async () => {
    server = await startProcess(await wranglerDev({ vars }));
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

  it("ends when it is asked to", async () => {
    await server?.stop();
    await expect(fetch(url())).rejects.toThrow();
  });
});
