import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type Answered, cart, closing, later, start, worker } from "./app.ts";

/** Debian's package `prometheus` has both. */
const isThere = ["prometheus", "promtool"].every(
  (program) => spawnSync(program, ["--version"]).error === undefined,
);

let child: ChildProcess | undefined;
afterEach(async () => {
  const ended = child && new Promise((resolve) => child?.once("exit", resolve));
  child?.kill("SIGTERM");
  await ended;
  child = undefined;
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A Prometheus that scrapes a server every second. Gives what asks it. */
async function scraping(target: string): Promise<(query: string) => Promise<Answered[]>> {
  const folder = mkdtempSync(join(tmpdir(), "statefun-prometheus-"));
  closing(async () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const config = join(folder, "prometheus.yml");
  writeFileSync(join(folder, "token"), "reader");
  writeFileSync(
    config,
    `
global: { scrape_interval: 1s }
scrape_configs:
  - job_name: statefun
    authorization: { credentials_file: ${join(folder, "token")} }
    static_configs: [{ targets: ["${target}"] }]
`,
  );
  const port = await freePort();
  child = spawn(
    "prometheus",
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: "ignore" },
  );
  return async (query) => {
    const url = `http://127.0.0.1:${port}/api/v1/query?${new URLSearchParams({ query })}`;
    const response = await fetch(url).catch(() => undefined);
    // It is not ready yet; what it cannot read is a 400.
    if (response === undefined || response.status === 503) return [];
    const { status, error, data } = await response.json();
    expect([query, status, error]).toEqual([query, "success", undefined]);
    return data.result;
  };
}

describe.skipIf(!isThere)("a real Prometheus", () => {
  it("finds nothing to say against the text", async () => {
    const { ask, runtime } = await start();
    await runtime.call(cart.at("1"), { item: "pen", count: 1 });
    await runtime.send(worker.at("1"), "never");
    await runtime.idle();
    const input = await (await ask("/metrics")).text();
    const said = execFileSync("promtool", ["check", "metrics"], { input, stdio: "pipe" });
    expect(String(said)).toBe("");
  });

  it("scrapes with the credentials of one who reads, and answers queries", async () => {
    const { runtime, url } = await start();
    const query = await scraping(new URL(url).host);
    for (let index = 0; index < 5; index++) {
      await runtime.call(cart.at("1"), { item: "pen", count: 1 });
    }
    await runtime.send(worker.at("1"), "never");
    await runtime.send(later.at("1"), "token");
    await runtime.idle();
    const value = async (text: string): Promise<number> =>
      Number((await query(text))[0]?.value[1] ?? Number.NaN);
    const until = (text: string) =>
      expect.poll(() => value(text), { timeout: 30_000, interval: 200 });
    await until("up").toBe(1);
    await until('statefun_messages_completed_total{function="ops/cart"}').toBe(5);
    await until("sum(statefun_messages_dead_total)").toBe(1);
    await until("statefun_timers").toBe(1);
    await until('statefun_records_emitted_total{egress="ops/records"}').toBe(5);
    const quantile =
      'histogram_quantile(0.99, sum by (le) (statefun_handler_seconds_bucket{function="ops/cart"}))';
    await until(quantile).toBeGreaterThan(0);
    await until("histogram_quantile(0.5, statefun_commit_seconds_bucket)").toBeGreaterThan(0);
  });
});
