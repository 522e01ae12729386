import { functionRef, json, StatefulFunctions, string } from "statefun";
import * as z from "zod";

/** What is sent and what is read are two types, where a schema has a default or a transform. */
export const Order = json(
  "traps/Order",
  z.object({ item: z.string(), quantity: z.number().default(1) }),
);
export const Length = json(
  "traps/Length",
  z.string().transform((text) => text.length),
);
export const orders = functionRef("traps/orders", [Order, Length], { replies: Order });

export const functions = new StatefulFunctions("schemas");
functions.implement(orders, {}, (context, message) => {
  if (message.typename === "traps/Order") message.value.quantity satisfies number;
  else message.value satisfies number;
  context.reply({ item: "a" });
  context.send(orders.at("1"), Order.of({ item: "a" }));
  context.send(orders.at("1"), Length.of("text"));
  // @ts-expect-error what is read is not what is sent
  context.send(orders.at("1"), Length.of(4));
  // @ts-expect-error the item has no default
  context.send(orders.at("1"), Order.of({ quantity: 1 }));
});

/** A transform that the compiler cannot see: a text becomes another text with every validation. */
export const Shout = json(
  "traps/Shout",
  z.string().transform((text) => `${text}!`),
);

/** A state is what is read, so that it can be read again; a transform is refused where it is written. */
export const shouts = functions.bind(
  "traps/shouts",
  { accepts: string, state: { shout: Shout, order: Order } },
  (context, text) => {
    context.state.shout = text;
    if (text !== "order") return;
    context.state.order = { item: "a", quantity: 1 };
    // @ts-expect-error a state is not given what a sender may leave out
    context.state.order = { item: "a" };
  },
);
