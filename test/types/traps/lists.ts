import { bytes, customType, functionRef, json, StatefulFunctions, shape, string } from "statefun";

interface Login {
  readonly user: string;
}
interface Logout {
  readonly reason: string;
}

/** With a shape the name stays a literal, which tells the union apart. */
const Login = json("traps/Login", shape<Login>());
const Logout = json("traps/Logout", shape<Logout>());
/** With a type argument it is only `Typename`. */
const Loose = json<Login>("traps/Login");

export const functions = new StatefulFunctions("lists");
export const sessions = functions.bind(
  "traps/sessions",
  { accepts: [Login, Logout] },
  (_, message) => {
    switch (message.typename) {
      case "traps/Login":
        return void message.value.user.length;
      case "traps/Logout":
        return void message.value.reason.length;
      default:
        message satisfies never;
    }
  },
);

/** Alone it can be accepted: there is nothing to tell apart. */
export const alone = functionRef("traps/alone", Loose);

// @ts-expect-error in a list it cannot
export const listed = functionRef("traps/listed", [Loose, Logout]);

/** Nor can a custom type whose name is not a literal. */
const custom = customType<Login>({
  typename: "traps/Login",
  encode: () => new Uint8Array(),
  decode: () => ({ user: "" }),
});
// @ts-expect-error as above
export const customs = functionRef("traps/customs", [custom, string]);

// @ts-expect-error nor in what a function replies
export const replies = functionRef("traps/replies", string, { replies: [Loose, Logout] });

functions.bind(
  "traps/bound",
  // @ts-expect-error nor in the options of bind
  { accepts: [Loose, Logout] },
  () => undefined,
);

/** Data that looks like a tagged value is data: only `of` tags. */
const Tagged = json("traps/Tagged", shape<{ typename: string; value: number }>());
export const envelope = functionRef("traps/envelope", Tagged);
const blobs = functionRef("traps/blobs", [bytes("traps/A"), string]);
export const sender = functions.bind("traps/sender", { accepts: string }, (context) => {
  context.send(sessions.at("1"), Login.of({ user: "bob" }));
  context.send(envelope.at("1"), { typename: "traps/Login", value: 1 });
  context.send(envelope.at("1"), Tagged.of({ typename: "traps/Login", value: 1 }));
  // @ts-expect-error by hand
  context.send(sessions.at("1"), { typename: "traps/Login", value: { user: "bob" } });
  // @ts-expect-error by hand, whoever knows of the brand
  context.send(sessions.at("1"), {
    typename: "traps/Login",
    value: { user: "bob" },
    "~typed": true,
  });
  // @ts-expect-error bare, where two types are accepted
  context.send(sessions.at("1"), { user: "bob" });
  // @ts-expect-error of a type that is not accepted
  context.send(sessions.at("1"), string.of("bob"));
  // @ts-expect-error a value of another shape
  Login.of({ name: "bob" });
  // @ts-expect-error bytes of one name are not those of another
  context.send(blobs.at("1"), bytes("traps/B").of(new Uint8Array()));
});
