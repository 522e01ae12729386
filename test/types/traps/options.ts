import { functionRef, int, json, long, StatefulFunctions, shape, string } from "statefun";

const Basket = json("traps/Basket", shape<Record<string, number>>());
const carts = functionRef("traps/carts", string);
const noop = () => undefined;

export const functions = new StatefulFunctions("options");

/** What a state may start with. */
export const initials = functions.bind(
  "traps/initials",
  {
    accepts: string,
    state: {
      counted: { type: int, initial: 0 },
      total: { type: long, initial: () => 0n },
      basket: { type: Basket, initial: () => ({}) },
      last: { type: string, expireAfterWriteMs: 1_000 },
    },
  },
  ({ state, clear }, text) => {
    state.counted satisfies number;
    state.total satisfies bigint;
    state.basket[text] = 1;
    state.last satisfies string | undefined;
    delete state.last;
    clear("counted", "basket");
    // @ts-expect-error it may be absent
    state.last satisfies string;
    // @ts-expect-error a number
    state.counted = "1";
    // @ts-expect-error it has an initial value, which it would have again
    state.counted = undefined;
    // @ts-expect-error no state of this function
    clear("visits");
    // @ts-expect-error no state of this function
    state.visits = 1;
  },
);

/** Compiles although every instance would share the object; `bind` refuses it. */
export const sharedInitial = (): unknown =>
  new StatefulFunctions().bind(
    "traps/shared",
    { accepts: string, state: { basket: { type: Basket, initial: {} } } },
    noop,
  );

/** What the compiler refuses, for those who do not have one: `bind` refuses it as well. */
export const mistakes = {
  // `implement` is a method of its own, so that a typo is reported where it is.
  "a typo in implement": () =>
    functions.implement(
      carts,
      // @ts-expect-error state
      { stat: {} },
      noop,
    ),
  "accepts in implement, where the contract says it": () =>
    functions.implement(
      carts,
      // @ts-expect-error no option of implement
      { accepts: string },
      noop,
    ),
  "a typo in bind": () =>
    functions.bind(
      "traps/typo",
      // @ts-expect-error accepts
      { accept: string },
      noop,
    ),
  "a typename without a slash": () =>
    functions.bind(
      // @ts-expect-error namespace/name
      "typo",
      noop,
    ),
  "an initial value of another type": () =>
    functions.bind(
      "traps/wrong-initial",
      // @ts-expect-error a number
      { accepts: string, state: { counted: { type: int, initial: "0" } } },
      noop,
    ),
  "two expirations": () =>
    functions.bind(
      "traps/two-expirations",
      // @ts-expect-error after a write or after a call
      { state: { last: { type: string, expireAfterWriteMs: 1, expireAfterCallMs: 1 } } },
      noop,
    ),
};
