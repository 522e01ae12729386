import { functionRef, int, StatefulFunctions, string } from "statefun";

// A handler that mentions a function whose type is still being inferred: TS7022, were `Handler` not a
// union whose first member returns void.
export const functions = new StatefulFunctions("recursion");

export const ping = functions.bind("traps/ping", { accepts: string }, (c, m) =>
  c.send(pong.at("1"), m),
);
export const pong = functions.bind("traps/pong", { accepts: string }, (c, m) =>
  c.send(ping.at("1"), m),
);
export const itself = functions.bind("traps/itself", { accepts: int }, (c, m) =>
  c.sendAfter(1_000, itself.at(c.self.id), m - 1),
);
export const early = functions.bind("traps/early", { accepts: int }, (context, n) => {
  if (n > 10) return context.send(early.at("1"), n - 1);
  context.send(later.at("1"), n);
});
export const later = functions.bind("traps/later", { accepts: int }, async (context, n) => {
  await Promise.resolve();
  if (n > 10) return context.send(early.at("1"), n);
  context.cancel("later");
});

/** A reference that circular inference had given up on would be `any`, and take all of these. */
export const checked = functions.bind("traps/checked", { accepts: string }, (context) => {
  context.send(ping.at("1"), "text");
  // @ts-expect-error ping accepts a string
  context.send(ping.at("1"), 5);
  // @ts-expect-error itself accepts a number
  context.sendAfter(1, itself.at("1"), "text");
  // @ts-expect-error later accepts a number
  context.send(later.at("1"), "text");
});

/** The same for a function that a contract declared. */
export const declared = functionRef("traps/declared", int, { replies: string });
functions.implement(declared, {}, (context, n) => context.send(declared.at("1"), n + 1));
