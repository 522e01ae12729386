import { int, NonRetryableError, StatefulFunctions, string } from "statefun";
import type { WireValue } from "statefun/protocol";
import { wireValue } from "./program.ts";

/** Does as each message says. */
export function obedient(): StatefulFunctions {
  const functions = new StatefulFunctions();
  functions.bind("test/fn", { accepts: string }, (_context, text) => {
    if (text.startsWith("fail")) throw new RangeError(text);
    if (text.startsWith("never")) throw new NonRetryableError(text);
  });
  functions.bind("test/stateful", { state: { kept: int } }, () => {});
  return functions;
}

export const messages = (...list: string[]): WireValue[] =>
  list.map((text) => wireValue(string, text));
