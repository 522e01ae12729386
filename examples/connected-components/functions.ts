import { json, StatefulFunctions, shape, string } from "statefun";
import { kafkaEgress } from "statefun/kafka";

/** From outside, to one end of an edge. */
export const Edge = json("graph/Edge", shape<{ readonly to: string }>());
/** Between neighbours: the edge is also theirs, and this is the smallest vertex that one of them knows of. */
const Joined = json("graph/Joined", shape<{ readonly component: string }>());
const Neighbours = json("graph/Neighbours", shape<string[]>());

/** The newest record of a vertex says which component it is in: a topic to be compacted. */
export const components = kafkaEgress("graph/components");

export const functions = new StatefulFunctions("connected-components");

/**
 * Which vertices hang together, while edges keep coming. A component is named by its smallest vertex. Every vertex tells its
 * neighbours whenever it hears of a smaller one, until nobody learns anything new: names only get smaller, so this ends.
 */
export const vertex = functions.bind(
  "graph/vertex",
  {
    accepts: [Edge, Joined],
    state: { neighbours: { type: Neighbours, initial: () => [] }, component: string },
  },
  (context, message) => {
    const { state, self } = context;
    const known = state.component;
    const other = message.typename === "graph/Edge" ? message.value.to : (context.caller?.id ?? "");
    if (other === self.id) return;
    const isNew = !state.neighbours.includes(other);
    if (isNew) state.neighbours.push(other);
    const heard = message.typename === "graph/Edge" ? self.id : message.value.component;
    const component = smallest(known ?? self.id, heard);
    if (component !== known) {
      state.component = component;
      context.emit(components, { topic: "components", key: self.id, value: component });
    }
    // A new neighbour is told in any case. The old ones only hear of news, or the messages would never end.
    const tell = component === known ? (isNew ? [other] : []) : state.neighbours;
    for (const id of tell) context.send(vertex.at(id), Joined.of({ component }));
  },
);

const smallest = (one: string, other: string): string => (one < other ? one : other);
