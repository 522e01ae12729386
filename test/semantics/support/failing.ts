import { NonRetryableError, StatefulFunctions, string } from "statefun";

/** A function that throws, and that before reads its state when it is told so. */
export function failing(thrown: () => unknown): StatefulFunctions {
  const functions = new StatefulFunctions();
  functions.bind("test/fn", { accepts: string, state: { last: string } }, (context, text) => {
    if (text === "read state") void context.state.last;
    throw thrown();
  });
  return functions;
}

/** What it throws says that a retry cannot help. */
export const hopeless = (): StatefulFunctions =>
  failing(() => new NonRetryableError("cannot ever"));
