import { egress, int, json, StatefulFunctions, shape, string } from "statefun";

export const Login = json("demo/Login", shape<{ readonly user: string }>());

/** A way out of the application: main.ts says what becomes of its records. */
export const greetings = egress("demo/greetings", string);

export const functions = new StatefulFunctions();

export const greeter = functions.bind(
  "demo/greeter",
  { accepts: Login, replies: string, state: { visits: { type: int, initial: 0 } } },
  (context, { user }) => {
    context.state.visits += 1;
    const greeting = `Hello ${user}, visit ${context.state.visits}`;
    context.emit(greetings, greeting);
    // A message that was only sent has nobody to answer.
    if (context.caller !== undefined) context.reply(greeting);
  },
);
