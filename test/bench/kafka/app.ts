import { int, json, StatefulFunctions, shape } from "statefun";
import { kafkaEgress } from "statefun/kafka";

export const inTopic = "numbers";
export const outTopic = "counted";

export const Numbered = json("bench/Numbered", shape<{ n: number }>());
export const counted = kafkaEgress("bench/counted");
export const functions = new StatefulFunctions("bench");

/** A state, read and written, and a record out for each record in. */
export const counter = functions.bind(
  "bench/counter",
  { accepts: Numbered, state: { count: { type: int, initial: 0 } } },
  (context) => {
    context.state.count += 1;
    const value = String(context.state.count);
    context.emit(counted, { topic: outTopic, key: context.self.id, value });
  },
);
