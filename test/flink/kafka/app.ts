import { egress, int, json, StatefulFunctions, shape, string } from "statefun";
import { kafkaEgress } from "statefun/kafka";

/** The number of a record among those of its key, from 1 on. */
export const Numbered = json("together/Numbered", shape<{ n: number }>());
export const counted = kafkaEgress("together/counted");
/** In no module file. */
const nowhere = egress("together/nowhere", string);

/** One record that no cluster can take fails its job, which then goes back to a checkpoint. */
export const trouble = { isNext: false };

export const functions = new StatefulFunctions("together");

/** Tells what it was given and how many that were: `7/7`, or something was lost, doubled or out of order. */
export const counter = functions.bind(
  "together/counter",
  { accepts: Numbered, state: { seen: { type: int, initial: 0 } } },
  (context, { n }) => {
    const { state, self } = context;
    state.seen++;
    const value = `${n}/${state.seen}`;
    context.emit(counted, { topic: "counted", key: self.id, value });
    if (!trouble.isNext) return;
    trouble.isNext = false;
    context.emit(nowhere, "lost");
  },
);
