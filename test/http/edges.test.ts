import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "statefun/node";
import { memoryStore } from "statefun/runtime";
import { afterAll, beforeAll, describe } from "vitest";
import type { Started } from "../contract/suite.ts";
import { startObjects } from "../durable-object/support/objects.ts";
import { startProcess } from "../matrix/server-process.ts";
import { edgeFetch, edgeHttp } from "./edge-app.ts";
import type { Place } from "./edge-requests.ts";
import { edgeSuite } from "./edge-suite.ts";
import { revokedReaderSuite } from "./revoked-readers.ts";
import { slowBodySuite } from "./slow-bodies.ts";
import { startApplication } from "./start.ts";

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

async function onNode(): Promise<Started> {
  const options = { store: memoryStore(), http: edgeHttp, onError: () => undefined };
  const runtime = await startApplication(options);
  const server = await serve({ fetch: edgeFetch(runtime.fetch), port: 0 });
  const close = async () => {
    await runtime.close({ drainMs: 0 });
    await server.close();
  };
  return { url: `http://127.0.0.1:${server.port}`, close };
}

async function onWorkerd(): Promise<Started> {
  const objects = await startObjects(local("edge-worker.ts"));
  return { url: objects.url(), close: () => objects.close() };
}

async function inDev(): Promise<Started> {
  const cwd = mkdtempSync(join(tmpdir(), "statefun-edges-"));
  const program = ["--import", local("../docs/from-source.ts"), local("../../src/cli/statefun.ts")];
  const args = [...program, "dev", local("edge-entry.ts"), "--memory", "--port", "0"];
  const ready = (output: string) => /(http:\/\/[\d.]+:\d+)/.exec(output)?.[1];
  const started = await startProcess({ command: process.execPath, args, cwd, ready });
  const close = async () => {
    await started.close();
    rmSync(cwd, { recursive: true, force: true });
  };
  return { url: started.url, close };
}

const places: readonly (readonly [Place, () => Promise<Started>])[] = [
  ["node", onNode],
  ["workerd", onWorkerd],
  ["dev", inDev],
];

// Deno and Bun are in the matrix.
describe.each(places)("%s answers", (place, start) => {
  let started: Started | undefined;
  beforeAll(async () => {
    started = await start();
  });
  afterAll(() => started?.close());

  edgeSuite(place, () => started?.url ?? "");
  // In development times are the defaults, which are too long for a test.
  if (place === "dev") return;
  slowBodySuite(() => started?.url ?? "");
  revokedReaderSuite(() => started?.url ?? "");
});
