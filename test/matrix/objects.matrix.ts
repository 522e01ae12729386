import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createClient } from "statefun/client";
import { afterAll, describe, expect, it } from "vitest";
import { greeter, Login } from "../../workers/functions.ts";
import { httpSuite } from "../http/suite.ts";
import { outDir } from "./build.ts";
import { type ServerProcess, startProcess } from "./server-process.ts";
import { processTree, wranglerDev } from "./wrangler-dev.ts";

const folder = mkdtempSync(join(tmpdir(), "statefun-dev-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = async (dev: Parameters<typeof wranglerDev>[0]): Promise<ServerProcess> =>
  startProcess(await wranglerDev(dev));

// Its own proxy stands before workerd, and fails by itself when a client breaks off.
httpSuite(
  "wrangler dev with Durable Objects: the HTTP surface",
  () => start({ script: join(outDir, "worker-objects.mjs"), persistTo: join(folder, "http") }),
  { engine: "durable-object", behindProxy: true, crowd: 100, burst: 100, retry: 2 },
);

const users = 16;
const logins = Number(process.env["STATEFUN_LOGINS"] ?? 800);
const authorization = "Bearer token";

/** What the project's own Worker is killed in the middle of, and has to have done once. */
describe("wrangler dev with the project's own Worker", () => {
  it("counts and greets each login once, however often all of its processes are killed", async () => {
    const dev = { vars: { TOKEN: "token" }, persistTo: join(folder, "own") };
    let server = await start(dev);
    const progress = { sent: 0, repeated: 0 };
    const log = async (user: number): Promise<void> => {
      for (let n = 0; n < logins / users; ) {
        const signal = AbortSignal.timeout(10_000);
        const options = { idempotencyKey: `${n}`, signal };
        try {
          const client = createClient({ url: server.url, headers: { authorization } });
          await client.send(greeter.at(`u${user}`), Login.of({ user: `u${user}` }), options);
          progress.sent++;
          n++;
        } catch {
          progress.repeated++;
          await wait(50);
        }
      }
    };
    const sending = Promise.all(Array.from({ length: users }, (_, user) => log(user)));
    try {
      for (let kills = 1; kills <= 2; kills++) {
        while (progress.sent < (logins * kills) / 3) await wait(20);
        for (const pid of processTree(server.pid)) process.kill(pid, "SIGKILL");
        server = await start(dev);
      }
      await sending;
      const expected = Array.from({ length: users }, (_, user) =>
        Array.from({ length: logins / users }, (_, n) => `Hello u${user}, visit ${n + 1}`),
      );
      await expect
        .poll(async () => (await greetings(server.url)).length, { timeout: 90_000, interval: 500 })
        .toBeGreaterThanOrEqual(expected.flat().length);
      const said = await greetings(server.url);
      for (const [user, own] of expected.entries()) {
        expect(said.filter((text) => text.startsWith(`Hello u${user},`))).toEqual(own);
      }
      expect(said).toHaveLength(expected.flat().length);
      expect(progress.repeated).toBeGreaterThan(0);
    } finally {
      await server.close();
    }
  }, 300_000);
});

async function greetings(url: string): Promise<readonly string[]> {
  const values: string[] = [];
  for (let after = "0"; ; ) {
    const path = `/egresses/demo/greetings?limit=1000&after=${after}`;
    const response = await fetch(`${url}${path}`, { headers: { authorization } });
    const { records, next } = (await response.json()) as {
      records: { value: string }[];
      next: string;
    };
    if (records.length === 0) return values;
    values.push(...records.map(({ value }) => value));
    after = next;
  }
}
