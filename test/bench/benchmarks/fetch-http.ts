import { type AnsweringServer, answeringServer } from "../answering-servers.ts";
import { greeterRequest } from "../greeter.ts";
import { otherBuild } from "../other-build.ts";
import { aim, heading, ratio, table, time } from "../report.ts";
import { runtimes } from "../runtimes.ts";
import { spreadOf } from "../statistics.ts";

/** A folder with another build in its `node_modules`, whose handler is measured too. */
const other = process.argv[2] === undefined ? undefined : otherBuild();
type Kind = "echo" | "handler" | "other";
type Costs = Readonly<Record<Kind, number>>;
type Servers = ReadonlyMap<Kind, AnsweringServer>;

const rounds = 9;
const warmUpRounds = 2;
const requests = 10_000;
/** Microseconds of CPU beyond the echo. */
const aims: ReadonlyMap<string, number> = new Map([
  ["Deno", 8],
  ["Bun", 15],
  ["workerd", 50],
]);
const body = greeterRequest(1);

/** Milliseconds of CPU for one request. */
async function cost(server: AnsweringServer): Promise<number> {
  const before = server.cpuSeconds();
  await server.post(Array.from({ length: requests }, () => body));
  return ((server.cpuSeconds() - before) / requests) * 1_000;
}

async function measured(servers: Servers): Promise<Costs[]> {
  const all: Costs[] = [];
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    const costs = { echo: 0, handler: 0, other: Number.NaN };
    const turns = [...servers];
    for (const [kind, server] of round % 2 === 0 ? turns : turns.toReversed()) {
      costs[kind] = await cost(server);
    }
    if (round >= 0) all.push(costs);
  }
  return all;
}

function row(name: string, all: readonly Costs[]): string[] {
  const median = (of: (costs: Costs) => number) => spreadOf(all.map(of)).median;
  const beyond = median(({ echo, handler }) => handler - echo);
  const most = aims.get(name);
  const before = spreadOf(all.map(({ echo, handler, other }) => (handler - echo) / (other - echo)));
  return [
    name,
    time(median(({ echo }) => echo)),
    time(median(({ handler }) => handler)),
    beyond < 0 ? "less than the echo" : time(beyond),
    most === undefined ? "" : aim(`at most ${most} µs`, beyond * 1_000 <= most),
    ratio(spreadOf(all.map(({ echo, handler }) => handler / echo))),
    ...(other === undefined ? [] : [ratio(before)]),
  ];
}

heading(
  "The fetch handler over HTTP, against an echo",
  "The greeter at batch 1, and a server that answers with what it was sent, each in a process of its own by `serve` of the runtime's subpath, or as a Worker. " +
    "Eight requests in flight over connections that are kept. CPU of the runtime's process for one request, in user and in system mode. " +
    "On Node `serve` gives a handler of this package no `Request` at all.",
);
const rows: string[][] = [];
for (const [name, start] of runtimes) {
  const servers = new Map<Kind, AnsweringServer>();
  try {
    servers.set("echo", await answeringServer(start, "echo"));
    servers.set("handler", await answeringServer(start, "handler"));
    if (other !== undefined) servers.set("other", await answeringServer(start, "handler", other));
    rows.push(row(name, await measured(servers)));
  } finally {
    for (const server of servers.values()) await server.close();
  }
}
const head = ["runtime", "echo", "handler", "beyond the echo", "aim", "handler ÷ echo"];
table([...head, ...(other === undefined ? [] : ["beyond it ÷ the other build's"])], rows);
