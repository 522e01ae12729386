import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { call, credentials, expectAlive } from "../http/client.ts";
import { httpSuite } from "../http/suite.ts";
import { outDir } from "./build.ts";
import { type ServerProcess, startProcess } from "./server-process.ts";
import { startBun, startDeno } from "./starts.ts";

const installed = join(import.meta.dirname, "node_modules");
const node =
  (command: string, program = "http") =>
  () =>
    startProcess({ command, args: [join(outDir, "serve-node.mjs"), program] });

/** The embedded engine in memory on each of them; with files it is run by `test/store` and `npm test`. */
const runtimes: readonly [name: string, start: () => Promise<ServerProcess>][] = [
  ["Node 18", node(join(installed, "node18/bin/node"))],
  ["Node 20", node(join(installed, "node20/bin/node"))],
  ["Node 22", node(join(installed, "node22/bin/node"))],
  ["Node 24", node(process.execPath)],
  ["Node 26", node(join(installed, "node26/bin/node"))],
  ["Deno", () => startDeno("http")],
  ["Bun", () => startBun("http")],
];

/** More than are let in, on one line of Node: it is the platform's connections that take the time. */
const crowds: ReadonlyMap<string, number> = new Map([
  ["Node 24", 10_500],
  ["Deno", 10_500],
  ["Bun", 10_500],
]);

for (const [name, start] of runtimes) {
  httpSuite(`${name}: the HTTP surface`, start, { crowd: crowds.get(name) ?? 2_000 });
}

for (const version of ["18", "20", "22", "26"]) {
  const start = node(join(installed, `node${version}/bin/node`), "http-open");
  httpSuite(`Node ${version}: messages without a Request`, start, { crowd: 2_000, isOpen: true });
}

describe.each(runtimes)("%s under autocannon", (_, start) => {
  it("answers every request of many connections, and loses none", async () => {
    const server = await start();
    try {
      const { authorization } = credentials;
      const headers = [
        `authorization=${authorization}`,
        "content-type=application/json",
        "prefer=wait=30",
      ];
      const { stdout } = await promisify(execFile)(process.execPath, [
        join(installed, "autocannon/autocannon.js"),
        "--json",
        ...["--connections", "100", "--amount", "5000", "--method", "POST"],
        ...headers.flatMap((header) => ["--headers", header]),
        ...["--body", '{"amount":1}', `${server.url}/functions/http/counter/cannon`],
      ]);
      const result = JSON.parse(stdout);
      expect(result).toMatchObject({ errors: 0, timeouts: 0, non2xx: 0, "2xx": 5_000 });
      const total = await call(() => server.url, "/functions/http/counter/cannon", { amount: 0 });
      expect(total).toMatchObject({ total: 5_000 });
      await expectAlive(() => server.url);
    } finally {
      await server.close();
    }
  });
});
