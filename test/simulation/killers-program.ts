import { int, json, StatefulFunctions } from "statefun";
import type { EngineOptions } from "../../src/engine/contract/options.ts";
import { functionTable } from "../../src/sdk/functions/function-table.ts";
import { localFunctions } from "../../src/transport/local-functions.ts";
import type { Life } from "./host.ts";

/** What a message does: ends the process, after a while or at once, or takes its time and harms nobody. */
export interface Deed {
  readonly kind: "kill" | "harmless";
  readonly afterMs: number;
}

export const deeds = json<Deed>("killers/Deed");
export const work = "killers/work";
export const probe = "killers/probe";
export const timeoutMs = 30_000;
const megabyte = 1_048_576;

export interface Surroundings {
  readonly life: Life;
  readonly die: () => void;
  /** How long a probe takes. */
  readonly probeMs: number;
  readonly note: (line: string) => void;
}

/** A killer dies, a harmless message counts itself; probes are what everybody else sends meanwhile. */
function bindWork(): StatefulFunctions<Surroundings> {
  const functions = new StatefulFunctions<Surroundings>();
  functions.bind(work, { accepts: deeds, state: { total: int } }, (context, { kind, afterMs }) => {
    context.env.note(`${context.self.id} starts, ${kind} after ${afterMs}`);
    const act = (): void => {
      if (kind === "kill") context.env.die();
      else context.state.total = (context.state.total ?? 0) + 1;
    };
    if (afterMs === 0) return act();
    const waited = new Promise<void>((resolve) => void context.env.life.after(afterMs, resolve));
    return waited.then(act);
  });
  functions.bind(probe, { accepts: int, replies: int }, async (context, value) => {
    const { life, probeMs } = context.env;
    if (probeMs > 0) await new Promise<void>((resolve) => void life.after(probeMs, resolve));
    context.reply(value);
  });
  return functions;
}

const table = functionTable([bindWork()]);

/** They run with three attempts: what fails otherwise than by a death is given up soon, and is found in the end. */
export function workOf(env: Surroundings): EngineOptions["functions"] {
  const settings = {
    env,
    timeoutMs,
    maxMessageBytes: megabyte,
    maxStateBytes: megabyte,
    retry: { maxAttempts: 3, initialDelayMs: 100, maxDelayMs: 2_000 },
    kafkaHeaders: "send",
  } as const;
  return (host) => localFunctions(table, settings, host);
}
