import {
  anyValue,
  egress,
  functionRef,
  int,
  json,
  StatefulFunctions,
  shape,
  string,
} from "statefun";

/** What a user sends: JSON under a name that every language knows it by. */
export const Login = json("demo/Login", shape<{ user: string }>());
export const Logout = json("demo/Logout", shape<{ reason: string }>());
export const Session = json("demo/Session", shape<{ user: string }>());

/** A way out of the application. On a cluster its module.yaml says where to. */
export const greetings = egress("demo/greetings", string);

/** Declared apart from its implementation, as for a function in another file or another language. */
export const audit = functionRef("audit/log", string);

export const functions = new StatefulFunctions("demo");

/** Greets, counts the visits, and logs out who was idle for a minute. */
export const greeter = functions.bind(
  "demo/greeter",
  {
    accepts: [Login, Logout],
    state: {
      visits: { type: int, initial: 0 },
      last: { type: string, expireAfterWriteMs: 86_400_000 },
    },
  },
  (context, message) => {
    switch (message.typename) {
      case "demo/Login": {
        const { user } = message.value;
        context.state.visits += 1;
        context.state.last = user;
        context.send(audit.at("all"), `${user} logged in`);
        context.emit(greetings, `Hello ${user}, visit ${context.state.visits}`);
        // The minute counts from the last login.
        context.cancel("idle");
        context.sendAfter(60_000, greeter.at(context.self.id), Logout.of({ reason: "idle" }), {
          cancellationToken: "idle",
        });
        break;
      }
      case "demo/Logout":
        context.send(audit.at("all"), `${context.state.last} logged out: ${message.value.reason}`);
        context.clear("visits");
        break;
    }
  },
);

/**
 * Holds its session as a value of any type, as functions of the Python 2.x SDK do with
 * `context["session"]`. It runs on both wires; on v2 the module.yaml declares the state.
 */
export const login = functions.bind(
  "demo/login",
  { accepts: Login, state: { session: anyValue } },
  (context, { user }) => {
    const { session } = context.state;
    if (session) {
      context.emit(greetings, `${session.as(Session).user} is here already`);
      return;
    }
    context.state.session = Session.of({ user });
    context.emit(greetings, `Welcome ${user}`);
  },
);

/** Counts what it is told. */
functions.implement(audit, { state: { entries: { type: int, initial: 0 } } }, (context) => {
  context.state.entries += 1;
});
