import { bool, functionRef, int, json, StatefulFunctions, shape } from "statefun";
import { kafkaEgress } from "statefun/kafka";

// From outside, to a cart and to a product.
export const Add = json("cart/Add", shape<{ readonly sku: string; readonly count: number }>());
export const Checkout = json("cart/Checkout", shape<Readonly<Record<string, never>>>());
export const Restock = json("cart/Restock", shape<{ readonly count: number }>());

// Between a cart and a product.
const Reserve = json("cart/Reserve", shape<{ readonly count: number }>());
const Release = json("cart/Release", shape<{ readonly count: number }>());
const Reserved = json("cart/Reserved", shape<{ readonly count: number }>());
const SoldOut = json("cart/SoldOut", shape<{ readonly left: number }>());
const Abandoned = json("cart/Abandoned", shape<Readonly<Record<string, never>>>());

type Counts = Record<string, number>;
const Items = json("cart/Items", shape<Counts>());

export const receipts = kafkaEgress("cart/receipts");

/** Declared before both are implemented, because a cart and its products send to each other. */
const product = functionRef("cart/product", [Restock, Reserve, Release], {
  replies: [Reserved, SoldOut],
});

export const functions = new StatefulFunctions("shopping-cart");

const holdMs = 15 * 60_000;

export const cart = functions.bind(
  "cart/cart",
  {
    accepts: [Add, Reserved, SoldOut, Checkout, Abandoned],
    state: {
      items: { type: Items, initial: () => ({}) },
      /** Questions to products that are not answered yet. */
      asked: { type: int, initial: 0 },
      isPaying: { type: bool, initial: false },
    },
  },
  (context, message) => {
    const { state, self } = context;
    const say = (value: string) =>
      context.emit(receipts, { topic: "receipts", key: self.id, value });
    switch (message.typename) {
      case "cart/Add":
        // The cart only gets what the product has: the answer comes as a message of its own.
        context.send(product.at(message.value.sku), Reserve.of({ count: message.value.count }));
        state.asked += 1;
        return;
      case "cart/Reserved": {
        const sku = context.caller?.id ?? "";
        state.items[sku] = (state.items[sku] ?? 0) + message.value.count;
        state.asked -= 1;
        // Every item starts the quarter of an hour anew: cancel what was planned, and plan it again.
        context.cancel("hold");
        context.sendAfter(holdMs, cart.at(self.id), Abandoned.of({}), {
          cancellationToken: "hold",
        });
        break;
      }
      case "cart/SoldOut":
        state.asked -= 1;
        say(`sorry, only ${message.value.left} of ${context.caller?.id} left`);
        break;
      case "cart/Checkout":
        state.isPaying = true;
        break;
      case "cart/Abandoned":
        for (const [sku, count] of Object.entries(state.items)) {
          context.send(product.at(sku), Release.of({ count }));
        }
        context.clear("items");
        return;
    }
    // A customer who is quick pays when the last product has answered.
    if (!state.isPaying || state.asked > 0) return;
    say(list(state.items));
    context.cancel("hold");
    context.clear("items", "isPaying");
  },
);

/** One instance for each product handles one message at a time, so no product is sold twice. */
export const stock = functions.implement(
  product,
  { state: { left: { type: int, initial: 0 } } },
  (context, message) => {
    const { count } = message.value;
    if (message.typename !== "cart/Reserve") context.state.left += count;
    else if (count > context.state.left) context.reply(SoldOut.of({ left: context.state.left }));
    else {
      context.state.left -= count;
      context.reply(Reserved.of({ count }));
    }
  },
);

function list(items: Counts): string {
  const lines = Object.entries(items).sort();
  if (lines.length === 0) return "the cart is empty";
  return `paid: ${lines.map(([sku, count]) => `${count} ${sku}`).join(", ")}`;
}
