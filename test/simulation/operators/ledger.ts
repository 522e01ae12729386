import { egress, int, json, NonRetryableError, StatefulFunctions, string } from "statefun";
import type { Surroundings } from "../interpreter.ts";

/** A message that says what its instance has as a state when it is handled. A bad one fails until operators have mended it. */
export interface Look {
  readonly label: string;
  readonly isBad: boolean;
}

/** What a handler of it has of the operators. */
export interface LedgerSurroundings {
  /** A handler of an instance starts. */
  readonly started: (id: string) => void;
  readonly isMended: () => boolean;
}

export const lookType = json<Look>("simulation/Look");
export const ledger = "simulation/ledger";
export const looks = "simulation/looks";

/** The function that operators act on: only they write its state `note`. */
export function bindLedger<Env>(
  surroundingsOf: (env: Env, id: string) => Surroundings & LedgerSurroundings,
): StatefulFunctions<Env> {
  const functions = new StatefulFunctions<Env>("simulated operators");
  const options = { accepts: lookType, state: { note: string, count: int } } as const;
  functions.bind(ledger, options, async (context, { label, isBad }) => {
    const { id } = context.self;
    const { trouble, started, isMended } = surroundingsOf(context.env, id);
    started(id);
    await trouble();
    if (isBad && !isMended()) throw new NonRetryableError(`bad ${label}`);
    const count = (context.state.count ?? 0) + 1;
    context.state.count = count;
    context.emit(egress(looks), string.of([id, label, context.state.note ?? "", count].join("|")));
    await trouble();
  });
  return functions;
}
