import { type Context, StatefulFunctions } from "statefun";

export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** A function that takes any message and does as `handle` does, whatever that returns. */
export function bound(handle: (context: Context) => unknown): StatefulFunctions {
  const functions = new StatefulFunctions();
  functions.bind("test/fn", (context) => handle(context) as undefined);
  return functions;
}
