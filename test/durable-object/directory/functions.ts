import { StatefulFunctions, string } from "statefun";

const functions = new StatefulFunctions("directory");

const state = { name: string, note: string } as const;

/** Comes by "here", goes by "gone". */
export const customer = functions.bind(
  "shop/customer",
  { accepts: string, state },
  (context, text) => {
    for (const word of text.split(" ")) {
      if (word === "here") context.state.name = word;
      else if (word === "note") context.state.note = word;
      else if (word === "gone") {
        context.state.name = undefined;
        context.state.note = undefined;
      } else if (word.startsWith("tell:")) context.send(customer.at(word.slice(5)), "here");
    }
  },
);

/** Never listed, where only customers are. */
export const cart = functions.bind("shop/cart", { accepts: string, state }, (context, text) => {
  context.state.name = text;
});

/** Goes by itself. */
export const guest = functions.bind(
  "shop/guest",
  { accepts: string, state: { seen: { type: string, expireAfterWriteMs: 3_000 } } },
  (context, text) => {
    context.state.seen = text;
  },
);

export { functions };
