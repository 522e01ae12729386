import { type Context, type HandlerOptions, StatefulFunctions, string } from "statefun";
import type { Completed, ProtocolCodec } from "statefun/protocol";
import { complete, wireValue } from "./program.ts";

/** One thing that a handler does. */
export type Step = (context: Context) => void;

/** One message for each list of steps. */
export function runSteps(
  codec: ProtocolCodec,
  steps: readonly (readonly Step[])[],
  options: HandlerOptions = {},
): Promise<Completed> {
  const rest = [...steps];
  const functions = new StatefulFunctions();
  functions.bind("test/fn", (context) => {
    for (const step of rest.shift() ?? []) step(context);
  });
  const messages = steps.map(() => wireValue(string, "go"));
  return complete(codec, functions, { messages }, options);
}
