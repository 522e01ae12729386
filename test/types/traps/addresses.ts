import {
  type Address,
  address,
  egress,
  functionRef,
  json,
  StatefulFunctions,
  shape,
  string,
} from "statefun";

interface Cart {
  items: string[];
}
const CartType = json("traps/Cart", shape<Cart>());
export const carts = functionRef("traps/carts", CartType);
const anything = functionRef("traps/anything");
const greetings = egress("traps/greetings", string);
const untyped = egress("traps/untyped");

export const functions = new StatefulFunctions("addresses");

/** An address that says nothing about its messages takes tagged values alone. */
export const untypedTargets = functions.bind(
  "traps/untyped-targets",
  { accepts: string },
  (context, text) => {
    const somewhere: Address = address("traps/somewhere", "1");
    for (const to of [somewhere, anything.at("1")]) {
      context.send(to, string.of(text));
      context.send(to, CartType.of({ items: [] }));
      // @ts-expect-error a bare text
      context.send(to, text);
      // @ts-expect-error a bare object
      context.send(to, { items: [] });
      // @ts-expect-error tagged by hand
      context.send(to, { typename: "traps/Cart", value: { items: [] } });
      // @ts-expect-error nothing
      context.send(to, undefined);
    }
    if (context.caller) {
      context.send(context.caller, string.of(text));
      // @ts-expect-error nobody knows what a caller accepts
      context.send(context.caller, text);
    }
  },
);

/** A function without `accepts` gets a message, and may pass it on. */
export const forwards = functions.bind("traps/forwards", (context, message) => {
  context.send(address("traps/next", context.self.id), message);
  context.emit(untyped, message);
  if (message.is(CartType)) message.value.items satisfies string[];
  // @ts-expect-error it may be of any type
  context.send(carts.at("1"), message);
  // @ts-expect-error a bare value for an egress of any type
  context.emit(untyped, "text");
  // @ts-expect-error a value of another type
  context.emit(greetings, 5);
});

/** A typed address takes what its function accepts. */
export const typedTargets = functions.bind(
  "traps/typed-targets",
  { accepts: string },
  (context, text) => {
    context.send(carts.at("1"), { items: [text] });
    context.send(carts.at("1"), CartType.of({ items: [text] }));
    // @ts-expect-error another shape
    context.send(carts.at("1"), { items: [5] });
    // @ts-expect-error another type
    context.send(carts.at("1"), string.of(text));
    // A typed address is an address; it is its function that is forgotten.
    const forgotten: Address = carts.at("1");
    // @ts-expect-error as any address
    context.send(forgotten, { items: [text] });
  },
);

/** A copy keeps its type, but not what it accepts: at run time a bare value is refused. */
export const copies = functions.bind("traps/copies", { accepts: string }, (context, text) => {
  const copy = { ...carts.at("1") };
  if (text === "tagged") context.send(copy, CartType.of({ items: [] }));
  if (text === "bare") context.send(copy, { items: [] });
  const parsed: typeof copy = JSON.parse(JSON.stringify(carts.at("1")));
  if (text === "parsed") context.send(parsed, { items: [] });
});
