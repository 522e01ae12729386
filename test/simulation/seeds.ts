import { type Run, type RunOptions, simulate } from "./simulate.ts";

/*
 * `STATEFUN_SEED` repeats one run, and `STATEFUN_CRASHES` runs until so many crash points have fired. Without
 * them the runs are always the same few.
 */
const { STATEFUN_CRASHES, STATEFUN_SEED } = process.env;

export interface Plan {
  readonly first: number;
  readonly isEnough: (runs: number, crashes: number) => boolean;
}

export function planOf(defaultRuns: number): Plan {
  if (STATEFUN_SEED !== undefined) {
    return { first: Number(STATEFUN_SEED), isEnough: (runs) => runs >= 1 };
  }
  if (STATEFUN_CRASHES === undefined) {
    return { first: 1, isEnough: (runs) => runs >= defaultRuns };
  }
  const enough = Number(STATEFUN_CRASHES);
  return { first: 1, isEnough: (_, crashes) => crashes >= enough };
}

export interface Tally {
  readonly runs: number;
  readonly crashes: ReadonlyMap<string, number>;
  readonly refusals: number;
  /** How often each action of an operator was done. */
  readonly actions: ReadonlyMap<string, number>;
  /** The first run that broke a promise. */
  readonly failure: Run | undefined;
}

/** Runs one seed after another, until it is enough or one of them fails. */
export async function runSeeds(plan: Plan, options: RunOptions = {}): Promise<Tally> {
  const crashes = new Map<string, number>();
  const actions = new Map<string, number>();
  let total = 0;
  let refusals = 0;
  for (let runs = 0; ; runs++) {
    if (plan.isEnough(runs, total)) return { runs, crashes, refusals, actions, failure: undefined };
    const run = await simulate(plan.first + runs, options);
    refusals += run.refusals;
    for (const [where, count] of run.crashes) {
      crashes.set(where, (crashes.get(where) ?? 0) + count);
      total += count;
    }
    for (const [kind, count] of run.actions ?? []) {
      actions.set(kind, (actions.get(kind) ?? 0) + count);
    }
    if (run.violations.length > 0) {
      return { runs: runs + 1, crashes, refusals, actions, failure: run };
    }
  }
}

/** What a failed run says, with the command that repeats it. */
export function reportOf({ seed, violations }: Run): string {
  const some = violations.slice(0, 10).join("\n  ");
  return `broken promises:\n  ${some}\nrun it again: STATEFUN_SEED=${seed} npx vitest run test/simulation`;
}
