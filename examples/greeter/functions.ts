import { int, json, StatefulFunctions, shape } from "statefun";
import { kafkaEgress } from "statefun/kafka";

/** From outside, to the person who came in: the id of the message's target says who that is. */
export const Hello = json("greeter/Hello", shape<{ readonly name: string }>());
const Visit = json("greeter/Visit", shape<{ readonly name: string; readonly visits: number }>());

/** To a Kafka topic. `statefun dev` and the Worker keep the records for reading instead. */
export const greetings = kafkaEgress("greeter/greetings");

export const functions = new StatefulFunctions("greeter");

/** An instance for each person: it only counts, so it knows nothing about greetings. */
export const person = functions.bind(
  "greeter/person",
  { accepts: Hello, state: { visits: { type: int, initial: 0 } } },
  (context, { name }) => {
    context.state.visits += 1;
    context.send(greeter.at(context.self.id), { name, visits: context.state.visits });
  },
);

/** Keeps no state: it turns a visit into words, and sends them out. */
export const greeter = functions.bind(
  "greeter/greeter",
  { accepts: Visit },
  (context, { name, visits }) => {
    const value = words(name, visits);
    // Records with one key stay in one partition, so a person's greetings stay in order.
    context.emit(greetings, { topic: "greetings", key: context.self.id, value });
  },
);

function words(name: string, visits: number): string {
  if (visits === 1) return `Welcome, ${name}.`;
  if (visits === 2) return `Nice to see you again, ${name}.`;
  return `${name}, this is visit number ${visits}.`;
}
