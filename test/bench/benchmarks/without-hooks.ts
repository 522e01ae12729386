import { fork } from "node:child_process";
import { once } from "node:events";
import { copyOf, copyWithoutHooks } from "../hookless.ts";
import { nodeFlags, programPath } from "../node-program.ts";
import type { Share, TwoBuildsOrder } from "../programs/two-builds.ts";
import { aim, heading, ratio, table } from "../report.ts";
import { spreadOf } from "../statistics.ts";

/** What a compiler makes of a build differs from process to process: several, in half of which the other one is loaded first. */
const processes = Number(process.env["BENCH_PROCESSES"] ?? 6);
const rounds = 20;

const orders = [
  { name: "memory, 1,000 in flight", kind: "memory", messages: 20_000 },
  { name: "SQLite normal, 1,000 in flight", kind: "normal", messages: 10_000 },
] as const;

const own = copyOf("own");
const others = [
  { name: "without the hooks", url: copyWithoutHooks("hookless") },
  // It shows what this benchmark can tell apart.
  { name: "the same", url: copyOf("same") },
];

async function sharesOf(order: TwoBuildsOrder): Promise<readonly Share[]> {
  const child = fork(programPath("two-builds"), { execArgv: [...nodeFlags] });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the program ended with ${code}`);
  });
  ended.catch(() => {});
  const answer = once(child, "message");
  child.send(order);
  return (await Promise.race([answer, ended]))[0];
}

const rows: string[][] = [];
for (const { name, kind, messages } of orders) {
  for (const { name: other, url } of others) {
    const shares: Share[] = [];
    for (let process = 0; process < processes; process += 1) {
      const isFirst = process % 2 === 0;
      const urls = isFirst ? ([own, url] as const) : ([url, own] as const);
      const found = await sharesOf({ kind, urls, rounds, messages });
      const turned = ({ rate, cpu }: Share): Share => ({ rate: 1 / rate, cpu: 1 / cpu });
      shares.push(...(isFirst ? found : found.map(turned)));
    }
    const rate = spreadOf(shares.map((share) => share.rate));
    const cpu = spreadOf(shares.map((share) => share.cpu));
    const isAim = url !== others[1]?.url;
    rows.push([
      ...[name, other, ratio(rate), ratio(cpu)],
      isAim ? aim("≥ 0.98", cpu.median >= 0.98) : "",
    ]);
  }
}

heading(
  "Hooks that nobody hears",
  "Messages to a counter by `runtime.send`, by this build without an observer, ÷ those by a copy of it from whose text the calls of hooks were cut out; both in one process, in",
  "alternating pairs, in several processes. Below it two copies of the same build: what is between them is chance.",
);
table(["", "beside", "messages a second", "messages a second of CPU", "aim"], rows);
