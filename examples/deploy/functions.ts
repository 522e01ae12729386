import { egress, int, json, StatefulFunctions, shape, string } from "statefun";

const Login = json("demo/Login", shape<{ user: string }>());
export const greetings = egress("demo/greetings", string);
export const functions = new StatefulFunctions();

export const greeter = functions.bind(
  "demo/greeter",
  { accepts: Login, replies: string, state: { visits: { type: int, initial: 0 } } },
  (context, { user }) => {
    context.state.visits += 1;
    const greeting = `Hello ${user}, visit ${context.state.visits}`;
    context.emit(greetings, greeting);
    if (context.caller !== undefined) context.reply(greeting);
  },
);
