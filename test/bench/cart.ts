import { json, StatefulFunctions, shape } from "statefun";
import { type OfficialFunction, official } from "./official.ts";
import { requestOf, wireValue } from "./requests.ts";

/** A JSON state of about a kilobyte that every message changes. */
interface Cart {
  readonly owner: string;
  readonly items: readonly { readonly sku: string; readonly count: number }[];
  readonly total: number;
}

interface Order {
  readonly sku: string;
  readonly count: number;
}

const typename = "bench/cart";
const cartType = json("bench/Cart", shape<Cart>());
const orderType = json("bench/Order", shape<Order>());

const empty: Cart = { owner: "user-4711", items: [], total: 0 };

/** The 24 latest orders are kept, so that the state stays as large as it is. */
function add(cart: Cart, order: Order): Cart {
  return {
    owner: cart.owner,
    items: [...cart.items.slice(-23), order],
    total: cart.total + order.count,
  };
}

export const cart = new StatefulFunctions();

cart.bind(typename, { accepts: orderType, state: { cart: cartType } }, ({ state }, order) => {
  state.cart = add(state.cart ?? empty, order);
});

const { StateFun } = official;
const officialCartType = StateFun.jsonType("bench/Cart");
const officialOrderType = StateFun.jsonType("bench/Order");

export const officialCart: OfficialFunction = {
  typename,
  specs: [{ name: "cart", type: officialCartType }],
  fn({ storage }, message) {
    // The same types as above, by their names.
    storage["cart"] = add(
      (storage["cart"] as Cart | null) ?? empty,
      message.as(officialOrderType) as Order,
    );
  },
};

export function cartRequest(batchSize: number, of: string = typename): Uint8Array<ArrayBuffer> {
  const order = (index: number): Order => ({ sku: `sku-${1_000 + index}`, count: (index % 3) + 1 });
  const orders = Array.from({ length: batchSize }, (_, index) => order(index));
  const before = Array.from({ length: 24 }, (_, index) => order(index)).reduce(add, empty);
  return requestOf(
    of,
    { cart: wireValue(cartType, before) },
    orders.map((one) => wireValue(orderType, one)),
  );
}
