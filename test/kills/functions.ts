import { appendFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { type EgressBinding, egress, int, StatefulFunctions } from "statefun";

/** What a counter and a tail know at the end. */
export interface Count {
  readonly total: number;
  /** The number that came last: they are sent as 1, 2, 3, … */
  readonly last: number;
  /** How often a number came that was not the next one. */
  readonly disorder: number;
}

const records = egress("kills/records", int);
const initial = { type: int, initial: 0 };
const state = { total: initial, last: initial, disorder: initial };

/** Each number goes counter → relay → tail → egress; each tenth also comes back to its tail by a timer. */
export function killsFunctions() {
  const functions = new StatefulFunctions("kills");
  const tail = functions.bind("kills/tail", { accepts: int, state }, (context, n) => {
    count(context.state, n);
    context.emit(records, n);
    if (n % 10 === 0) context.sendAfter(15, late.at(context.self.id), n);
  });
  const late = functions.bind("kills/late", { accepts: int, state }, (context, n) => {
    count(context.state, n / 10);
  });
  const relay = functions.bind("kills/relay", { accepts: int }, async (context, n) => {
    // Some are running whenever the process dies.
    if (n % 7 === 0) await setTimeout(1);
    context.send(tail.at(context.self.id), n);
  });
  const counter = functions.bind("kills/counter", { accepts: int, state }, (context, n) => {
    count(context.state, n);
    context.send(relay.at(context.self.id), n);
  });
  return { functions, counter, tail, late };
}

function count(known: { -readonly [name in keyof Count]: number }, n: number): void {
  if (n !== known.last + 1) known.disorder++;
  known.last = n;
  known.total++;
}

/** Writes `ID ADDRESS NUMBER` lines. A line that a kill tore apart is followed by a whole one. */
export function writtenTo(path: string): EgressBinding {
  return records.to((page) => {
    const lines = page.map(({ id, from, value }) => `\n${id} ${from.id} ${value}\n`);
    appendFileSync(path, lines.join(""));
  });
}
