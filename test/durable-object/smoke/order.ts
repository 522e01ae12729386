import { functionRef, int, json, NonRetryableError, StatefulFunctions, shape } from "statefun";

/** Sends a numbered message to each of these, behind all that went there before. */
export const burst = json("order/Burst", shape<{ readonly to: readonly string[] }>());
export const numbered = json("order/Numbered", shape<{ from: string; number: number }>());
export const books = json("order/Book", shape<Readonly<Record<string, number>>>());

export const sink = functionRef("order/sink", numbered);
export const source = functionRef("order/source", burst);
/** What it is given becomes a dead letter, each time. */
export const doomed = functionRef("order/doomed", int);

/**
 * Functions that find out whether messages of one sender come in their order, each of them once. `trouble` is
 * called with the id of an instance whose handler runs.
 */
export function orderFunctions(trouble: (typename: string, id: string) => void) {
  const functions = new StatefulFunctions("order");
  functions.implement(source, { state: { sent: books } }, (context, { to }) => {
    const sent = { ...context.state.sent };
    for (const id of to) {
      const number = (sent[id] ?? 0) + 1;
      sent[id] = number;
      context.send(sink.at(id), { from: context.self.id, number });
    }
    context.state.sent = sent;
  });
  const state = { received: books, violations: { type: int, initial: 0 } };
  functions.implement(sink, { state }, (context, { from, number }) => {
    trouble(sink.typename, context.self.id);
    const received = { ...context.state.received };
    if (number !== (received[from] ?? 0) + 1) context.state.violations += 1;
    received[from] = number;
    context.state.received = received;
  });
  functions.implement(doomed, {}, () => {
    throw new NonRetryableError("it can never be");
  });
  return functions;
}
