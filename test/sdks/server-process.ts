import { type ChildProcess, spawn } from "node:child_process";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import type { Sdk } from "./sdks.ts";

/** The program of one SDK, in a process of its own. */
export interface SdkServer {
  readonly url: string;
  /** Ends it at once, in the middle of whatever it does. */
  kill(): Promise<void>;
  /** On the port that it had. */
  start(): Promise<void>;
}

export async function startServer(sdk: Sdk): Promise<SdkServer> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const [command = "", ...args] = sdk.command;
    const started = spawn(command, [...args, String(port)], {
      env: { ...process.env, ...sdk.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    let said = "";
    await new Promise<void>((resolve, reject) => {
      const end = (why: string) => reject(new Error(`${sdk.name} ${why}: ${said}`));
      const timer = setTimeout(() => end("was not ready in time"), 100_000);
      started.on("error", reject);
      started.on("exit", (code) => end(`ended with ${code}`));
      started.stderr.on("data", (chunk) => {
        said += chunk;
      });
      started.stdout.on("data", (chunk) => {
        said += chunk;
        if (!said.includes("ready")) return;
        clearTimeout(timer);
        resolve();
      });
    });
  };
  await start();
  return {
    url: `http://127.0.0.1:${port}/`,
    start,
    async kill() {
      const ending = child;
      child = undefined;
      if (ending === undefined || ending.exitCode !== null) return;
      const gone = new Promise((resolve) => ending.once("exit", resolve));
      ending.kill("SIGKILL");
      await gone;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
