import { functionRef, int, json, StatefulFunctions, shape, string } from "statefun";

/** So many messages of so many characters to one target, sent in pieces. */
export const Burst = json(
  "bench/Burst",
  shape<{ to: string; messages: number; characters: number; piece: number }>(),
);
export const sink = functionRef("bench/sink", string);

/** How many messages each sink has run in this process: what says that a run is over. */
export const ran = new Map<string, number>();

export const functions = new StatefulFunctions("bench");

/** Sends a piece, and the rest after whatever else waits for it. */
export const source = functions.bind("bench/source", { accepts: Burst }, (context, burst) => {
  const { to, messages, characters, piece } = burst;
  const target = sink.at(to);
  const count = Math.min(messages, piece);
  for (let n = 0; n < count; n += 1) context.send(target, text(n, characters));
  if (messages > count) {
    context.send(source.at(context.self.id), Burst.of({ ...burst, messages: messages - count }));
  }
});

/** Counts in its state. */
functions.implement(sink, { state: { count: { type: int, initial: 0 } } }, (context) => {
  context.state.count += 1;
  const { id } = context.self;
  ran.set(id, (ran.get(id) ?? 0) + 1);
});

/** A text of its own for each message. */
export function text(n: number, characters: number): string {
  return String(n).padEnd(characters, "x");
}
