import { int, json, StatefulFunctions, shape } from "statefun";
import { kafkaEgress } from "statefun/kafka";

/** The number of a record among those of its key, from 1 on. */
export const Numbered = json("test/Numbered", shape<{ n: number }>());
export const passed = kafkaEgress("test/passed");
export const outTopic = "passed";

export const counting = new StatefulFunctions("counting");
const zero = { type: int, initial: 0 };

/** Each instance hears of the records of one key: 1, 2, 3 and so on, or something was lost, doubled or out of order. */
export const counter = counting.bind(
  "test/counter",
  { accepts: Numbered, state: { last: zero, seen: zero, early: zero, again: zero } },
  (context, { n }) => {
    const { state, self } = context;
    state.seen++;
    if (n > state.last + 1) state.early++;
    if (n <= state.last) state.again++;
    state.last = Math.max(state.last, n);
    context.emit(passed, { topic: outTopic, key: self.id, value: String(n) });
  },
);

/** What an instance knows. */
export interface Count {
  readonly last: number;
  readonly seen: number;
  /** Came before its predecessor. */
  readonly early: number;
  /** Came although it, or a later one, was there. */
  readonly again: number;
}

export const keysOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `key-${index}`);
