import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "statefun/client";
import { loadModule } from "statefun/module";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { codecV3 } from "statefun/protocol";
import { greeter } from "../../examples/deploy/functions.ts";
import { Cluster } from "../../examples/cluster/driver.ts";
import { Login } from "../../workers/functions.ts";
import { readDocument, root } from "./documents.ts";
import { endProgram, waitForOutput } from "./programs.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** The instructions of a container file, with the lines of each in one. */
const dockerfile: readonly (readonly [string, string])[] = readDocument(
  "examples/deploy/Dockerfile",
)
  .trim()
  .split("\n")
  .map((line) => {
    const [, name = "", rest = ""] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    return [name, rest];
  });

const instruction = (name: string): string => dockerfile.find(([one]) => one === name)?.[1] ?? "";

/** A list in a container file, `["node", "main.ts"]`. */
const listOf = (text: string): readonly string[] => JSON.parse(text.slice(text.indexOf("[")));

/** What is read of a document of YAML. */
interface Manifest {
  readonly kind: string;
  readonly metadata?: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: { readonly functions?: string; readonly replicas?: number };
}

const documentsOf = (path: string): readonly Manifest[] =>
  parseAllDocuments(readDocument(path), { uniqueKeys: true }).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });

/** What the container runs, on the sources, and the port that it listens on. */
async function start(folder: string, env: Readonly<Record<string, string>>) {
  const [, ...args] = listOf(instruction("CMD"));
  const fromSource = join(root, "test/docs/from-source.ts");
  const child = spawn(process.execPath, ["--import", fromSource, ...args], {
    cwd: join(root, folder),
    env: { PATH: process.env["PATH"], PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = await waitForOutput(child, /listening on port \d+/);
  return { child, url: `http://127.0.0.1:${/\d+/.exec(said)?.[0]}` };
}

const tokens = { APP_TOKEN: "for-clients", OPERATOR_TOKEN: "for-operators" };

describe("examples/deploy", () => {
  it("copies only files of the folder, or what npm makes", () => {
    const made = ["package-lock.json", "statefun-0.1.0.tgz"];
    const copied = dockerfile
      .filter(([name]) => name === "COPY")
      .flatMap(([, rest]) => rest.split(" ").slice(0, -1))
      .filter((file) => !made.includes(file));
    expect(copied.length).toBeGreaterThan(2);
    for (const file of copied)
      expect(existsSync(join(root, "examples/deploy", file)), file).toBe(true);
    const sources = globSync("*.ts", { cwd: join(root, "examples/deploy") });
    expect(copied).toEqual(expect.arrayContaining(sources));
    const { dependencies } = JSON.parse(readDocument("examples/deploy/package.json"));
    const { version } = JSON.parse(readDocument("package.json"));
    expect(dependencies).toEqual({ statefun: `file:statefun-${version}.tgz` });
    expect(made).toContain(`statefun-${version}.tgz`);
  });

  it("runs on a Node that this package is tested on", () => {
    const [, major] = /^node:(\d+)-slim$/.exec(instruction("FROM")) ?? [];
    expect(readDocument(".nvmrc").trim()).toBe(major);
  });

  it("does not start without tokens", async () => {
    const [, ...args] = listOf(instruction("CMD"));
    const child = spawn(
      process.execPath,
      ["--import", join(root, "test/docs/from-source.ts"), ...args],
      { cwd: join(root, "examples/deploy"), env: { PATH: process.env["PATH"] }, stdio: "ignore" },
    );
    const [code] = await once(child, "exit");
    expect(code).not.toBe(0);
  });

  it("continues after a restart, answers probes, and ends at SIGTERM", {
    timeout: 90_000,
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "statefun-deploy-"));
    folders.push(folder);
    for (const visit of [1, 2]) {
      const { child, url } = await start("examples/deploy", { ...tokens, DATA: folder });
      const headers = { authorization: `Bearer ${tokens.APP_TOKEN}` };
      const client = createClient({ url, headers });
      expect(await client.call(greeter.at("zoe"), { user: "Zoë" })).toBe(
        `Hello Zoë, visit ${visit}`,
      );
      await checkProbes(url);
      expect((await fetch(`${url}/admin/me`, { headers })).status).toBe(401);
      expect(statSync(join(folder, "app.db")).mode & 0o777).toBe(0o600);
      expect(await endProgram(child)).toBe(0);
    }
  });

  it("has manifests for one process, with a grace period that is longer than the drain", () => {
    const { services } = parse(readDocument("examples/deploy/compose.yaml"));
    expect(services.app).toMatchObject({ stop_grace_period: "30s", volumes: ["data:/data"] });
    expect(Object.keys(services.app.environment)).toEqual(Object.keys(tokens));
    const [set, service] = documentsOf("examples/deploy/kubernetes.yaml");
    expect(set).toMatchObject({
      kind: "StatefulSet",
      spec: { replicas: 1, template: { spec: { terminationGracePeriodSeconds: 30 } } },
    });
    expect(service).toMatchObject({ kind: "Service" });
  });
});

/** Those of the container file and of the Kubernetes manifest. */
async function checkProbes(url: string): Promise<void> {
  const [node, flag, script = ""] = listOf(instruction("HEALTHCHECK"));
  expect([node, flag]).toEqual(["node", "-e"]);
  const check = spawn(process.execPath, ["-e", script.replace("http://127.0.0.1:8080", url)]);
  const [code] = await once(check, "exit");
  expect(code).toBe(0);
  const text = readFileSync(join(root, "examples/deploy/kubernetes.yaml"), "utf8");
  const paths = new Set(Array.from(text.matchAll(/path: (\/health[\w/]*)/g), ([, path]) => path));
  expect([...paths].sort()).toEqual(["/health", "/health/live"]);
  for (const path of paths) expect((await fetch(`${url}${path}`)).status, path).toBe(200);
}

describe("examples/flink", () => {
  it("answers a cluster that knows the secret, and probes", async () => {
    const { child, url } = await start("examples/flink", { SECRET: "f3a1" });
    const lines: string[] = [];
    const print = (line: string) => lines.push(line);
    const cluster = new Cluster({ url: `${url}/statefun/f3a1`, codec: codecV3, print });
    cluster.send("demo/greeter", "zoe", Login.of({ user: "Zoë" }));
    await cluster.run();
    expect(lines.join("\n")).toContain("-> state visits = 1");
    expect((await fetch(`${url}/health`)).status).toBe(200);
    const init = { method: "POST", headers: { "content-type": "application/octet-stream" } };
    expect((await fetch(`${url}/statefun/guess`, init)).status).toBe(401);
    expect(await endProgram(child)).toBe(0);
  });

  it("has a module file that is about these functions", async () => {
    const warnings: string[] = [];
    const text = readDocument("examples/flink/module.yaml");
    const module = await loadModule(text, {
      variables: { SECRET: "f3a1" },
      onWarning: (warning) => warnings.push(warning),
    });
    expect(module).toBeDefined();
    expect(warnings).toEqual([]);
    const namespaces = documentsOf("examples/flink/module.yaml")
      .map(({ spec }) => spec?.functions)
      .filter(Boolean);
    expect(namespaces).toEqual(["demo/*", "audit/*"]);
  });

  it("has manifests that name each other", () => {
    const [deployment, service] = documentsOf("examples/flink/functions.yaml");
    expect(deployment).toMatchObject({ kind: "Deployment", metadata: { name: "functions" } });
    expect(service).toMatchObject({ kind: "Service", metadata: { name: "functions" } });
    expect(readDocument("examples/flink/module.yaml")).toContain("http://functions:8080/");
    const cluster = documentsOf("examples/flink/cluster.yaml");
    expect(cluster.map(({ kind }) => kind)).toEqual([
      "ConfigMap",
      "Deployment",
      "Deployment",
      "Service",
    ]);
    const settings = parse(cluster[0]?.data?.["flink-conf.yaml"] ?? "");
    expect(settings["parallelism.default"]).toBe(cluster[2]?.spec?.replicas);
    expect(settings["jobmanager.rpc.address"]).toBe(cluster[3]?.metadata?.name);
    const [operated] = documentsOf("examples/flink/operator.yaml");
    const mounted = JSON.stringify(operated);
    expect(mounted).toContain('"mountPath":"/opt/statefun/module"');
    expect(mounted).toContain("file:///opt/statefun/module/module.yaml");
  });
});
