import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { freePort } from "../kafka/broker.ts";

/** One value of an instant query. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Rule {
  readonly name: string;
  readonly state: "inactive" | "pending" | "firing";
  readonly health: "ok" | "err" | "unknown";
  readonly lastError?: string;
}

/** A real Prometheus that scrapes one server. */
export interface Prometheus {
  /** Rejects for a query that it does not understand. */
  query(query: string): Promise<readonly Sample[]>;
  rules(): Promise<readonly Rule[]>;
  stop(): Promise<void>;
}

export interface Scraping {
  /** `host:port` of the server. */
  readonly target: string;
  readonly token: string;
  /** Files of rules. */
  readonly rules: readonly string[];
}

/** On a free port of the loopback. It scrapes and evaluates every second. */
export async function startPrometheus({ target, token, rules }: Scraping): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), "statefun-operate-"));
  const credentials = join(folder, "token");
  writeFileSync(credentials, token);
  const config = {
    global: { scrape_interval: "1s", evaluation_interval: "1s" },
    rule_files: rules,
    scrape_configs: [
      {
        job_name: "statefun",
        authorization: { credentials_file: credentials },
        static_configs: [{ targets: [target] }],
      },
    ],
  };
  // JSON is YAML.
  writeFileSync(join(folder, "prometheus.yml"), JSON.stringify(config));
  const port = await freePort();
  const flags = [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--log.level=warn",
  ];
  const child = spawn("prometheus", flags, { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.on("data", (chunk) => {
    log += chunk;
  });
  const kill = () => void child.kill("SIGKILL");
  // Whatever happens to this process, it does not outlive it.
  process.once("exit", kill);
  const url = `http://127.0.0.1:${port}`;
  await ready(url, child, () => log);
  return {
    async query(query) {
      const { result } = await asked(`${url}/api/v1/query?${new URLSearchParams({ query })}`);
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    async rules() {
      const { groups } = await asked(`${url}/api/v1/rules`);
      return groups.flatMap((group) => group.rules);
    },
    async stop() {
      process.off("exit", kill);
      const ended = once(child, "exit");
      kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What its API answers with, of both questions. */
interface Data {
  readonly result: readonly { metric: Record<string, string>; value: readonly [number, string] }[];
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
}

async function asked(url: string): Promise<Data> {
  const { status, error, data } = await (await fetch(url)).json();
  if (status !== "success") throw new Error(`${decodeURIComponent(url)}: ${error}`);
  return data;
}

async function ready(url: string, child: ChildProcess, log: () => string): Promise<void> {
  const end = Date.now() + 30_000;
  for (;;) {
    const response = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (response?.ok) return;
    if (child.exitCode !== null || Date.now() > end) throw new Error(`no Prometheus: ${log()}`);
    await setTimeout(100);
  }
}
