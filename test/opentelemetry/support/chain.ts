import { egress, StatefulFunctions, string } from "statefun";

/** What the chain says at its end. */
export const ends = egress("trace/ends", string);

/** A message that goes through three functions, waits, and comes back to the first one. */
export function chain(delayMs: number): StatefulFunctions {
  const functions = new StatefulFunctions("chain");
  const first = functions.bind("trace/first", { accepts: string }, (context, text) => {
    if (text === "back") context.emit(ends, context.self.id);
    else context.send(second.at(context.self.id), text);
  });
  const second = functions.bind("trace/second", { accepts: string }, async (context, text) => {
    await Promise.resolve();
    context.send(third.at(context.self.id), text);
  });
  const third = functions.bind("trace/third", { accepts: string }, (context) => {
    context.sendAfter(delayMs, first.at(context.self.id), "back");
  });
  return functions;
}

/** The spans of the chain, as `treeOf` shows them, below what sends to the first function. */
export const chainTree: readonly string[] = [
  "process trace/first",
  "  send trace/second",
  "    process trace/second",
  "      send trace/third",
  "        process trace/third",
  "          send trace/first",
  "            process trace/first",
  "              send trace/ends",
];
