import { fork } from "node:child_process";
import { answerOf } from "../child-answers.ts";
import { copyOf, copyWithoutHooks } from "../hookless.ts";
import { nodeFlags, programPath } from "../node-program.ts";
import type { Pair, TwoBuildsOrder } from "../programs/two-builds.ts";
import { aim, heading, ratio, table } from "../report.ts";
import { spreadOf } from "../statistics.ts";

/** What a compiler makes of a build differs from process to process: several, in half of which the other one is loaded first. */
const processes = Number(process.env["BENCH_PROCESSES"] ?? 6);
const rounds = 24;

const orders = [
  { name: "memory, 1,000 in flight", kind: "memory", messages: 5_000 },
  { name: "SQLite normal, 1,000 in flight", kind: "normal", messages: 2_500 },
] as const;

const own = copyOf("own");
const others = [
  { name: "without the hooks", url: copyWithoutHooks("hookless") },
  // It shows what this benchmark can tell apart.
  { name: "the same", url: copyOf("same") },
];

async function pairsOf(order: TwoBuildsOrder): Promise<readonly Pair[]> {
  const child = fork(programPath("two-builds"), { execArgv: [...nodeFlags] });
  return answerOf(child, "the program with two builds", order);
}

const rows: string[][] = [];
for (const { name, kind, messages } of orders) {
  for (const { name: other, url } of others) {
    const pairs: Pair[] = [];
    const best: number[] = [];
    for (let process = 0; process < processes; process += 1) {
      const isFirst = process % 2 === 0;
      const urls = isFirst ? ([own, url] as const) : ([url, own] as const);
      const found = await pairsOf({ kind, urls, rounds, messages });
      const inOrder = found.map(
        ([one, another]): Pair => (isFirst ? [one, another] : [another, one]),
      );
      pairs.push(...inOrder);
      const most = (side: 0 | 1): number => Math.max(...inOrder.map((pair) => pair[side].perCpu));
      best.push(most(0) / most(1));
    }
    const share = (figure: "perMs" | "perCpu") =>
      spreadOf(pairs.map(([one, another]) => one[figure] / another[figure]));
    const least = spreadOf(best);
    const isAim = url !== others[1]?.url;
    rows.push([
      ...[name, other, ratio(share("perMs")), ratio(share("perCpu")), ratio(least)],
      isAim ? aim("≥ 0.98", least.median >= 0.98) : "",
    ]);
  }
}

heading(
  "Hooks that nobody hears",
  "Messages to a counter by `runtime.send`, by this build without an observer, ÷ those by a copy of it from whose text the calls of hooks were cut out; both in one process, in",
  "alternating pairs, in several processes. Below it two copies of the same build: what is between them is chance. The best rounds are those that the machine has disturbed least.",
);
table(
  ["", "beside", "messages a second", "messages a second of CPU", "the same, best rounds", "aim"],
  rows,
);
