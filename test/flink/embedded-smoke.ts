import { address, bytes, defineModule, type EgressBinding, egress, type Module } from "statefun";
import type { Runtime } from "statefun/runtime";
import { type CommandSettings, commandsOf, question, type SourceCommand } from "./commands.ts";
import { Judge, type Verdict } from "./judge.ts";

const namespace = "statefun.smoke.e2e";
const interpreter = `${namespace}/command-interpreter-fn` as const;
const sourceCommand = bytes(`${namespace}/source-command`);
const verifications = egress(
  `${namespace}/verification-sink`,
  bytes(`${namespace}/verification-result`),
);
const discarded = egress(`${namespace}/discard-sink`);

/** As the source of a cluster asks. */
const roundMs = 700;

export interface EmbeddedResult extends Verdict {
  readonly messages: number;
  readonly delayed: number;
  readonly cancelled: number;
  readonly increments: number;
  /** From the first command to the verdict, as a cluster counts. */
  readonly durationMs: number;
}

/** What a run needs: a runtime with these egresses. */
export interface EmbeddedSmoke {
  readonly egresses: readonly EgressBinding[];
  /** At each of the positions another runtime takes the place of the last one, in the middle of its work. */
  run(
    runtime: Runtime,
    restarts?: { readonly at: readonly number[]; readonly start: () => Promise<Runtime> },
  ): Promise<EmbeddedResult>;
}

/** Commands under way at one time. */
const inFlight = 1_000;

/** The smoke program of a cluster, on a runtime of ours: the same commands, the same questions, the same judge. */
export function embeddedSmoke(settings: CommandSettings): EmbeddedSmoke {
  const { all, tally } = commandsOf(settings);
  const judge = new Judge(tally.expected);
  return {
    egresses: [
      verifications.to((records) => {
        for (const { bytes: result } of records) judge.accept(result);
      }),
      discarded.to(() => {}),
    ],
    async run(runtime, restarts) {
      const started = performance.now();
      let current = runtime;
      const send = ({ target, bytes: command }: SourceCommand) =>
        current.send(address(interpreter, String(target)), sourceCommand.of(command));
      const left = all.values();
      let position = 0;
      const client = async (until: number): Promise<void> => {
        while (position < until) {
          position++;
          const { value } = left.next();
          if (value !== undefined) await send(value);
        }
      };
      for (const until of [...(restarts?.at ?? []), all.length]) {
        await Promise.all(Array.from({ length: inFlight }, () => client(until)));
        if (restarts !== undefined && until < all.length) current = await restarts.start();
      }
      while (judge.verdict === undefined) {
        await Promise.all(tally.expected.map((expected, id) => send(question(id, expected))));
        await nextRound(judge);
      }
      const { messages, delayed, cancelled, expected } = tally;
      const increments = expected.reduce((sum, one) => sum + one, 0);
      const durationMs = performance.now() - started;
      return { ...judge.verdict, messages, delayed, cancelled, increments, durationMs };
    },
  };
}

/** After a while, or at the verdict. */
async function nextRound(judge: Judge): Promise<void> {
  const end = performance.now() + roundMs;
  while (judge.verdict === undefined && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The interpreter behind an endpoint. */
export function interpreterAt(url: string): Module {
  const endpoints = [{ functions: [`${namespace}/*`] as const, urlPathTemplate: url }];
  return defineModule({ name: "smoke", endpoints });
}
