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

/** A function that gives a wrong value is run when an instance starts: only the compiler sees it before. */
export const wrongInitials = [
  functions.bind(
    "traps/wrong-result",
    // @ts-expect-error a bigint
    { accepts: string, state: { total: { type: long, initial: () => 0 } } },
    noop,
  ),
  functions.bind(
    "traps/wrong-shape",
    // @ts-expect-error numbers
    { accepts: string, state: { basket: { type: Basket, initial: () => ({ socks: "two" }) } } },
    noop,
  ),
];

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
  "an initial number where a bigint is kept": () =>
    functions.bind(
      "traps/wrong-long",
      // @ts-expect-error a bigint
      { accepts: string, state: { total: { type: long, initial: 0 } } },
      noop,
    ),
  "an unknown setting of a state": () =>
    functions.bind(
      "traps/ttl",
      // @ts-expect-error no setting
      { accepts: string, state: { counted: { type: int, initial: 0, ttl: 5 } } },
      noop,
    ),
  "a misspelt setting of a state, in implement": () =>
    functions.implement(
      carts,
      // @ts-expect-error expireAfterWriteMs
      { state: { last: { type: string, expireAfterWrite: 5 } } },
      noop,
    ),
  "a type that is accepted twice": () =>
    functions.bind(
      "traps/twice",
      // @ts-expect-error two of one typename
      { accepts: [string, string] },
      noop,
    ),
  "a type that is replied twice": () =>
    functions.bind(
      "traps/replies-twice",
      // @ts-expect-error two of one typename
      { accepts: string, replies: [int, string, int] },
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
