/** What TypeScript infers of types that read their predecessors. */
import { int, json, StatefulFunctions, shape, string, type Type, upgraded } from "statefun";
import * as z from "zod";

interface UserV1 {
  name: string;
}
interface UserV2 {
  first: string;
  last: string;
}

const V1 = json("evolution/User", shape<UserV1>());
const V2 = upgraded(json("evolution/User.2", shape<UserV2>()), {
  from: V1,
  upgrade: ({ name }) => {
    const [first = "", last = ""] = name.split(" ");
    return { first, last };
  },
});
/** The upgrade gives what a sender may give: a default is filled in. */
export const V3 = upgraded(
  json("evolution/User.3", z.object({ full: z.string(), tags: z.array(z.string()).default([]) })),
  { from: V2, upgrade: ({ first, last }) => ({ full: `${first} ${last}` }) },
);
export const Id = upgraded(string, { from: int, upgrade: (old) => old.toFixed(0) });

export const id: Type<string, "io.statefun.types/string"> = Id;
export const name: "evolution/User.3" = V3.typename;

export const functions = new StatefulFunctions("evolution");

export const users = functions.bind(
  "evolution/users",
  { accepts: [V3, Id], replies: V3, state: { user: V3, last: { type: Id, initial: "" } } },
  async (context, message) => {
    if (message.typename === "evolution/User.3") {
      const { full, tags }: { full: string; tags: string[] } = message.value;
      context.state.user = { full, tags };
      if (context.caller) context.reply({ full });
    } else {
      const text: string = message.value;
      context.state.last = context.state.last + text;
    }
  },
);
