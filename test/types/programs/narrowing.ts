/** `message.is(type)` narrows, whatever the function accepts. */
import { int, json, type Message, StatefulFunctions, shape, string } from "statefun";

interface Login {
  readonly user: string;
}
const Login = json("narrowing/Login", shape<Login>());
const Logout = json("narrowing/Logout", shape<{ readonly at: number }>());

export const functions = new StatefulFunctions("narrowing");

export const sessions = functions.bind(
  "narrowing/sessions",
  { accepts: [Login, Logout], replies: [string, int], state: { user: string, at: int } },
  ({ state, reply }, message) => {
    if (message.is(Login)) {
      state.user = message.value.user;
      reply(string.of(message.value.user));
      const name: "narrowing/Login" = message.typename;
      state.user = name;
    } else if (message.is(Logout)) {
      state.at = message.value.at;
      reply(int.of(message.value.at));
    } else {
      message satisfies never;
    }
  },
);

/** The other half of the union is what is left. */
export const either = functions.bind(
  "narrowing/either",
  { accepts: [Login, Logout] },
  (context, message) => {
    if (!message.is(Login)) {
      context.headers.get(String(message.value.at.toFixed()));
      return;
    }
    context.send(sessions.at(message.value.user), message);
  },
);

/** A message of any type. */
export const any = functions.bind(
  "narrowing/any",
  { state: { user: string } },
  (context, message) => {
    if (message.is(Login)) context.send(sessions.at(message.value.user), message);
    else context.send(sessions.at(message.typename), Logout.of({ at: message.bytes.length }));
  },
);

/** Of a type that the list does not have, it is what the type says. */
export function userOf(message: Message): string | undefined {
  if (message.is(Login)) return message.value.user;
  if (message.is(string)) return message.value;
  return message.is(int) ? String(message.value.toFixed()) : undefined;
}
