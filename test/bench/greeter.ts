import { functionRef, int, StatefulFunctions, string } from "statefun";
import { requestOf, wireValue } from "./requests.ts";

/** One int state, one message in, one message out. No I/O and no other library. */
export const typename = "bench/greeter";

const inbox = functionRef("bench/inbox", string);

export const greeter = new StatefulFunctions();

greeter.bind(
  typename,
  { accepts: string, state: { seen: { type: int, initial: 0 } } },
  (context, name) => {
    context.state.seen += 1;
    context.send(inbox.at(name), `Hello ${name} for the ${context.state.seen}th time`);
  },
);

export function greeterRequest(batchSize: number): Uint8Array<ArrayBuffer> {
  const names = Array.from({ length: batchSize }, (_, index) => `user-${index}`);
  return requestOf(
    typename,
    { seen: wireValue(int, 41) },
    names.map((name) => wireValue(string, name)),
  );
}
