import { parseArgs } from "node:util";
import { runCluster } from "./cluster.ts";
import { type ObservedServer, serveOnNode } from "./node-server.ts";
import { releases, type Transport } from "./releases.ts";
import { smokeApp } from "./smoke-app.ts";

/*
 * One run by hand: node test/flink/run.ts 3.3.0 --transport okhttp commands=100000 seed=7
 * With --url the functions are elsewhere, otherwise the smoke function of the built package is served here.
 */

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    transport: { type: "string" },
    url: { type: "string" },
    "timeout-ms": { type: "string", default: "90000" },
    log: { type: "boolean", default: false },
  },
});
const [version, ...given] = positionals;
const release = releases.find((known) => known.version === version);
const transport = values.transport ?? release?.transports[0];
if (release === undefined || !release.transports.some((known) => known === transport)) {
  const known = releases.map((each) => `${each.version} (${each.transports.join(", ")})`);
  console.error(`which release, and by which of its transports? ${known.join(" · ")}`);
  process.exit(2);
}

const settings = Object.fromEntries(given.map((argument) => argument.split("=", 2)));
const errors: unknown[] = [];
let server: ObservedServer | undefined;
if (values.url === undefined) server = await serveOnNode(smokeApp(release, errors));
try {
  const { log, ...result } = await runCluster({
    release,
    // One of the release's, as was just looked up.
    transport: transport as Transport,
    url: values.url ?? server?.url ?? "",
    timeoutMs: Number(values["timeout-ms"]),
    settings,
  });
  if (values.log || result.verdict !== "verified") console.error(log);
  for (const error of errors.slice(0, 5)) console.error(error);
  console.log(JSON.stringify({ ...result, requests: server?.requests() }));
  process.exitCode = result.verdict === "verified" ? 0 : 1;
} finally {
  await server?.close();
}
