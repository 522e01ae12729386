import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import type { Place } from "../http/edge-requests.ts";
import { edgeSuite } from "../http/edge-suite.ts";
import { revokedReaderSuite } from "../http/revoked-readers.ts";
import { slowBodySuite } from "../http/slow-bodies.ts";
import { outDir } from "./build.ts";
import { type ServerProcess, startProcess } from "./server-process.ts";
import { startBun, startDeno } from "./starts.ts";

const installed = join(import.meta.dirname, "node_modules");
const node = (version: string) => () =>
  startProcess({
    command: join(installed, version, "bin/node"),
    args: [join(outDir, "serve-node.mjs"), "edge"],
  });

const runtimes: readonly [name: string, place: Place, start: () => Promise<ServerProcess>][] = [
  ["Node 18", "node", node("node18")],
  ["Node 26", "node", node("node26")],
  ["Deno", "deno", () => startDeno("edge")],
  ["Bun", "bun", () => startBun("edge")],
];

describe.each(runtimes)("%s answers", (_, place, start) => {
  let started: ServerProcess | undefined;
  beforeAll(async () => {
    started = await start();
  });
  afterAll(() => started?.close());

  edgeSuite(place, () => started?.url ?? "");
  slowBodySuite(() => started?.url ?? "", place === "deno");
  revokedReaderSuite(() => started?.url ?? "");
});
