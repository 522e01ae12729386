import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { rawClient } from "../contract/socket.ts";
import { asJson, credentials, expectAlive, post, wait } from "./client.ts";

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const readers = 100;
const records = 250;
const recordBytes = 90_000;

/** What the process has in memory, in bytes. */
function residentOf(pid: number): number {
  const [, kibibytes] =
    /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kibibytes) * 1_024;
}

it.skipIf(!existsSync("/proc/self/status"))(
  "readers that do not read cost the server a page each, and not all that they have missed",
  { timeout: 60_000 },
  async () => {
    const args = ["--import", local("../docs/from-source.ts"), local("program.ts")];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    try {
      const [line] = await once(createInterface({ input: child.stdout }), "line");
      const server = () => `http://127.0.0.1:${JSON.parse(line).port}`;
      const emit = async (count: number) => {
        const headers = { ...asJson, ...wait(30), "statefun-type": "io.statefun.types/int" };
        for (let emitted = 0; emitted < count; emitted++) {
          const init = { headers, body: String(recordBytes) };
          await (await post(server, "/functions/http/large/1", init)).arrayBuffer();
        }
      };
      await emit(20);
      const sleepers = await Promise.all(
        Array.from({ length: readers }, () => rawClient(server())),
      );
      const { authorization } = credentials;
      for (const { socket, write } of sleepers) {
        socket.pause();
        await write(
          `GET /egresses/http/texts HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\nauthorization: ${authorization}\r\n\r\n`,
        );
      }
      await emit(records);
      await expectAlive(server);
      const resident = residentOf(child.pid ?? 0);
      console.info(`${readers} sleeping readers: ${(resident / 2 ** 20).toFixed(0)} MiB resident`);
      // All of it for each of them would be over 2 GB; the records themselves are kept in memory too.
      expect(resident).toBeLessThan(700 * 2 ** 20);
      for (const client of sleepers) client.destroy();
      await expectAlive(server);
    } finally {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  },
);
