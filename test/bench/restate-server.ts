import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { arch, platform, tmpdir } from "node:os";
import { join } from "node:path";
import type { Counters } from "./counters.ts";
import { cpuSecondsOf } from "./process-cpu.ts";
import { end, startProgram } from "./server-program.ts";

const headers = { "content-type": "application/json" };

/** Restate with its default settings: its server, and the process of its SDK that the server calls. */
export async function startRestate(): Promise<Counters> {
  const folder = mkdtempSync(join(tmpdir(), "restate-bench-"));
  const [ingress, admin, node] = await freePorts(3);
  const service = await startProgram("serve-restate", [], { RESTATE_LOGGING: "ERROR" });
  const server = spawn(serverPath(), ["--no-logo"], {
    cwd: folder,
    stdio: "ignore",
    env: {
      ...process.env,
      RESTATE_BASE_DIR: folder,
      // Where it listens, and that it keeps to itself: all else is as it comes.
      RESTATE_BIND_IP: "127.0.0.1",
      RESTATE_ADVERTISED_HOST: "127.0.0.1",
      RESTATE_BIND_PORT: String(node),
      RESTATE_INGRESS__BIND_PORT: String(ingress),
      RESTATE_ADMIN__BIND_PORT: String(admin),
      RESTATE_DISABLE_TELEMETRY: "true",
      DO_NOT_TRACK: "1",
    },
  });
  const close = async () => {
    await end(server);
    await service.close();
    rmSync(folder, { recursive: true });
  };
  try {
    await register(`http://127.0.0.1:${admin}/deployments`, `http://127.0.0.1:${service.port}`);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    origin: `http://127.0.0.1:${ingress}`,
    headers,
    path: (id) => `/counter/${id}/add`,
    cpuSeconds: () => cpuSecondsOf([server.pid ?? 0, service.pid]),
    close,
  };
}

/** What the command of its package starts, without the process around it. */
function serverPath(): string {
  const { resolve } = createRequire(import.meta.url);
  return resolve(`@restatedev/restate-server-${platform()}-${arch()}/bin/restate-server`);
}

/** Tells the server of the service, as soon as it listens, which takes it some seconds. */
async function register(url: string, uri: string): Promise<void> {
  const body = JSON.stringify({ uri });
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(url, { method: "POST", headers, body });
      if (response.ok) return;
      throw new Error(`the registration was answered with ${response.status}`);
    } catch (error) {
      if (attempt === 120) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Ports that were free a moment ago: the server does not say which ones it took. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => Number(Object(server.address()).port));
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
