import { int, StatefulFunctions, string } from "statefun";

// All of these compile, for `Handler` has a member that returns void; at run time a value that is
// returned is `returned_value`. The test beside this folder runs them.
export const functions = new StatefulFunctions("returned values");

const state = { n: { type: int, initial: 0 } } as const;

export const increments = functions.bind(
  "traps/increments",
  { accepts: string, state },
  (c) => c.state.n++,
);

export const answers = functions.bind(
  "traps/answers",
  { accepts: string, replies: string },
  (_, text) => text,
);

export const answersLater = functions.bind(
  "traps/answers-later",
  { accepts: string, replies: string },
  async (_, text) => text,
);

/** What to write instead. */
export const block = functions.bind(
  "traps/block",
  { accepts: string, state, replies: string },
  (context, text) => {
    context.state.n++;
    context.reply(text);
  },
);
export const sends = functions.bind("traps/sends", { accepts: string }, (context, text) =>
  context.send(block.at("1"), text),
);
