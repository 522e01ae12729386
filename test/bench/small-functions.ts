import { int, json, StatefulFunctions, shape, string } from "statefun";
import { cartRequest } from "./cart.ts";
import { type OfficialFunction, official } from "./official.ts";
import { requestOf, wireValue } from "./requests.ts";

/** Functions that do one thing each: what is around it shows. */
export const small = new StatefulFunctions();

const { StateFun } = official;

interface Cart {
  readonly total: number;
}
interface Order {
  readonly count: number;
}
const cartType = json("bench/Cart", shape<Cart>());
const orderType = json("bench/Order", shape<Order>());
const officialCartType = StateFun.jsonType("bench/Cart");
const officialOrderType = StateFun.jsonType("bench/Order");

const reads = "bench/reads";
const isTooMuch = (cart: Cart | null | undefined, order: Order) =>
  (cart?.total ?? 0) + order.count > 1_000_000;

small.bind(reads, { accepts: orderType, state: { cart: cartType } }, ({ state }, order) => {
  if (isTooMuch(state.cart, order)) throw new RangeError("too much");
});

export const officialReads: OfficialFunction = {
  typename: reads,
  specs: [{ name: "cart", type: officialCartType }],
  fn({ storage }, message) {
    const order = message.as(officialOrderType) as Order;
    if (isTooMuch(storage["cart"] as Cart | null, order)) throw new RangeError("too much");
  },
};

/** The requests of the cart, for the function that only reads it. */
export function readsRequest(batchSize: number): Uint8Array<ArrayBuffer> {
  return cartRequest(batchSize, reads);
}

const empty = "bench/empty";
small.bind(empty, { accepts: string }, () => {});

export const officialEmpty: OfficialFunction = {
  typename: empty,
  specs: [],
  fn(_, message) {
    // Ours has read its message before it is called.
    message.asString();
  },
};

export function emptyRequest(batchSize: number): Uint8Array<ArrayBuffer> {
  const names = Array.from({ length: batchSize }, (_, index) => `user-${index}`);
  return requestOf(
    empty,
    {},
    names.map((name) => wireValue(string, name)),
  );
}

const several = "bench/several";
const cells = ["one", "two", "three", "four", "five", "six"] as const;
const counter = { type: int, initial: 0 } as const;

small.bind(
  several,
  {
    accepts: int,
    state: {
      one: counter,
      two: counter,
      three: counter,
      four: counter,
      five: counter,
      six: counter,
    },
  },
  ({ state }, amount) => {
    for (const cell of cells) state[cell] += amount;
  },
);

export const officialSeveral: OfficialFunction = {
  typename: several,
  specs: cells.map((name) => ({ name, type: StateFun.intType() })),
  fn({ storage }, message) {
    const amount = Number(message.as(StateFun.intType()));
    for (const cell of cells) storage[cell] = Number(storage[cell]) + amount;
  },
};

export function severalRequest(batchSize: number): Uint8Array<ArrayBuffer> {
  return requestOf(
    several,
    Object.fromEntries(cells.map((name, index) => [name, wireValue(int, 41 + index)])),
    Array.from({ length: batchSize }, (_, index) => wireValue(int, index % 5)),
  );
}
