import { type HttpServer, startServer } from "../http-server.ts";
import { aim, digits, heading, ratio, table } from "../report.ts";
import { assertSameMeaning } from "../same-meaning.ts";
import { smokeRequests } from "../smoke-requests.ts";
import { spreadOf } from "../statistics.ts";

const programs = ["serve-statefun", "serve-official", "serve-bare"] as const;
type Servers = Readonly<Record<(typeof programs)[number], HttpServer>>;
type Costs = Record<(typeof programs)[number], number>;

const rounds = 11;
/** These first ones are not counted. */
const warmUpRounds = 3;
/** How many times the 64 requests of one size are sent in a round. */
const passes = new Map([
  [1, 32],
  [24, 12],
  [72, 8],
]);
const aimed = 5;

function* repeated(requests: readonly Uint8Array[], times: number): Generator<Uint8Array> {
  for (let pass = 0; pass < times; pass += 1) yield* requests;
}

/** CPU seconds for 100,000 invocations. */
async function cost(server: HttpServer, requests: readonly Uint8Array[], batchSize: number) {
  const times = passes.get(batchSize) ?? 1;
  const before = await server.cpuSeconds();
  await server.post(repeated(requests, times));
  const used = (await server.cpuSeconds()) - before;
  return (used / (requests.length * times * batchSize)) * 100_000;
}

async function measure(servers: Servers, batchSize: number): Promise<Costs[]> {
  const requests = smokeRequests(batchSize);
  for (const request of requests) {
    const ours = await servers["serve-statefun"].ask(request);
    assertSameMeaning(ours, await servers["serve-official"].ask(request));
  }
  const all: Costs[] = [];
  for (let round = 0; round < warmUpRounds + rounds; round += 1) {
    const costs: Costs = { "serve-statefun": 0, "serve-official": 0, "serve-bare": 0 };
    for (const program of round % 2 === 0 ? programs : programs.toReversed()) {
      costs[program] = await cost(servers[program], requests, batchSize);
    }
    if (round >= warmUpRounds) all.push(costs);
  }
  return all;
}

async function row(servers: Servers, batchSize: number): Promise<string[]> {
  const costs = await measure(servers, batchSize);
  const median = (program: keyof Costs) => spreadOf(costs.map((one) => one[program])).median;
  const factor = spreadOf(costs.map((one) => one["serve-official"] / one["serve-statefun"]));
  const verdict = batchSize >= 24 ? aim(`at least ${aimed}`, factor.median >= aimed) : "";
  const seconds = programs.map((program) => `${digits(median(program))} s`);
  return [String(batchSize), ...seconds, ratio(factor), verdict];
}

heading(
  "As HTTP servers, against the official SDK",
  "Recorded smoke requests to servers on Node, over connections that are kept, eight requests in flight. " +
    "CPU seconds of the server's process for 100,000 invocations; bare is a server of node:http without functions.",
);
const [ours, theirs, bare] = await Promise.all([
  startServer("serve-statefun"),
  startServer("serve-official"),
  startServer("serve-bare"),
]);
const servers: Servers = { "serve-statefun": ours, "serve-official": theirs, "serve-bare": bare };
try {
  const rows: string[][] = [];
  for (const batchSize of passes.keys()) rows.push(await row(servers, batchSize));
  table(["batch", "statefun", "official", "bare", "official ÷ statefun", "aim"], rows);
} finally {
  for (const server of [ours, theirs, bare]) await server.close();
}
