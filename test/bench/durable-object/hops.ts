import { functionRef, int, StatefulFunctions, string } from "statefun";
import { type Handler, handlers, type Keeps, keeps, nameOf } from "./worker-names.ts";

/** How long an asynchronous handler waits, as for an answer from somewhere near. */
const waitMs = 5;

/** How many messages of an id have come to their end in this process: what says that a run is over. */
export const arrived = new Map<string, number>();

const state = { count: { type: int, initial: 0 } };
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, waitMs));

/** By handler and keeps. */
export const firsts = new Map<string, ReturnType<typeof refOf>>();
export const hops: StatefulFunctions[] = [];

for (const handler of handlers) {
  for (const keep of keeps) hops.push(pairOf(handler, keep));
}

function refOf(name: string) {
  return functionRef(`hop-${name}/first`, string);
}

/** What is sent to `first` goes on to `second` of the same id: a hop. */
function pairOf(handler: Handler, keep: Keeps): StatefulFunctions {
  const name = nameOf(handler, keep);
  const functions = new StatefulFunctions(name);
  const first = refOf(name);
  const second = functionRef(`hop-${name}/second`, string);
  firsts.set(name, first);
  const isWaiting = handler === "asynchronous";
  const arrive = (id: string) => void arrived.set(id, (arrived.get(id) ?? 0) + 1);
  if (keep === "states") {
    functions.implement(first, { state }, (context, text) => {
      const go = () => {
        context.state.count += 1;
        context.send(second.at(context.self.id), text);
      };
      return isWaiting ? pause().then(go) : go();
    });
    functions.implement(second, { state }, (context) => {
      const go = () => {
        context.state.count += 1;
        arrive(context.self.id);
      };
      return isWaiting ? pause().then(go) : go();
    });
  } else {
    functions.implement(first, {}, (context, text) => {
      const go = () => context.send(second.at(context.self.id), text);
      return isWaiting ? pause().then(go) : go();
    });
    functions.implement(second, {}, (context) => {
      const go = () => arrive(context.self.id);
      return isWaiting ? pause().then(go) : go();
    });
  }
  return functions;
}
