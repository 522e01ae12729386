import { runCluster } from "../../flink/cluster.ts";
import { statefun330 } from "../../flink/releases.ts";
import { startServer } from "../http-server.ts";
import { digits, heading, table } from "../report.ts";

const programs = ["serve-statefun", "serve-official"] as const;
const rounds = 3;
/** About 270,000 messages. No failure: a restart costs a cluster the same whoever answers it. */
const settings = { ids: 128, commands: 100_000, failures: 0 };

interface Run {
  readonly messagesPerSecond: number;
  readonly requestsPerSecond: number;
  readonly batch: number;
  readonly cpuSeconds: number;
}

/** One cluster and one server, which share the machine with each other. */
async function measure(program: (typeof programs)[number]): Promise<Run> {
  const server = await startServer(program);
  try {
    const result = await runCluster({ release: statefun330, url: server.url, settings });
    const { verdict, messages = 0, durationMs } = result;
    if (verdict !== "verified") throw new Error(`${program}: ${verdict}\n${result.log}`);
    const requests = await server.requests();
    return {
      messagesPerSecond: (messages / durationMs) * 1_000,
      requestsPerSecond: (requests / durationMs) * 1_000,
      batch: messages / requests,
      cpuSeconds: ((await server.cpuSeconds()) / messages) * 100_000,
    };
  } finally {
    await server.close();
  }
}

function median(runs: readonly Run[], of: keyof Run): string {
  const sorted = runs.map((run) => run[of]).sort((one, other) => one - other);
  return digits(sorted[sorted.length >> 1] ?? Number.NaN);
}

heading(
  "Under Flink",
  "The smoke function under StateFun 3.3.0 in one JVM, async transport, on the same cores as the server. For information: " +
    "the cluster is most of the work, and how much it puts into a batch follows from how soon it is answered. " +
    `Medians of ${rounds} runs each.`,
);
const all = new Map<string, Run[]>(programs.map((program) => [program, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const program of round % 2 === 0 ? programs : programs.toReversed()) {
    all.get(program)?.push(await measure(program));
  }
}
table(
  [
    "server",
    "messages/s",
    "requests/s",
    "average batch",
    "CPU s of the server per 100,000 messages",
  ],
  Array.from(all, ([program, runs]) => [
    program.replace("serve-", ""),
    median(runs, "messagesPerSecond"),
    median(runs, "requestsPerSecond"),
    median(runs, "batch"),
    median(runs, "cpuSeconds"),
  ]),
);
