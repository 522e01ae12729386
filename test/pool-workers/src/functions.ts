import { egress, functionRef, int, json, StatefulFunctions, shape, string } from "statefun";

export const Add = json("shop/Add", shape<{ item: string }>());
export const Remind = json("shop/Remind", shape<{ after: number }>());
export const mails = egress("shop/mails", string);
export const stock = functionRef("shop/stock", int);

export const functions = new StatefulFunctions("shop");

/** Reserves what is put in, and sends a mail when nothing was added for a day. */
export const cart = functions.bind(
  "shop/cart",
  { accepts: [Add, Remind], replies: int, state: { items: { type: int, initial: 0 } } },
  (context, message) => {
    switch (message.typename) {
      case "shop/Add":
        context.state.items += 1;
        context.send(stock.at(message.value.item), 1);
        context.cancel("idle");
        context.sendAfter(86_400_000, cart.at(context.self.id), Remind.of({ after: 1 }), {
          cancellationToken: "idle",
        });
        if (context.caller !== undefined) context.reply(context.state.items);
        break;
      case "shop/Remind":
        context.emit(mails, `${context.self.id} has ${context.state.items} items in the cart`);
        break;
    }
  },
);

export const stocked = functions.implement(
  stock,
  { state: { reserved: { type: int, initial: 0 } } },
  (context, count) => {
    context.state.reserved += count;
  },
);
