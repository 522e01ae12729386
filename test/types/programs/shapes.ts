/** States and messages of the shapes that programs have. */
import { bool, bytes, int, json, long, StatefulFunctions, shape, string } from "statefun";
import { createTestRuntime } from "statefun/testing";

/** An interface has no index signature, a type alias has one. */
interface Cart {
  readonly owner: string;
  items: string[];
  note?: string;
}
type Basket = Record<string, number>;
declare enum Colour {
  Red = "red",
  Green = "green",
}
type UserId = string & { readonly __brand: "UserId" };
interface Created {
  readonly kind: "created";
  readonly by: UserId;
}
interface Closed {
  readonly kind: "closed";
  readonly reason?: string | undefined;
}
interface Tree {
  readonly name: string;
  readonly children: readonly Tree[];
}
type Pair = readonly [name: string, count?: number];

const CartType = json("shapes/Cart", shape<Cart>());
const Event = json("shapes/Event", shape<Created | Closed>());
const Blob = bytes("shapes/Blob");
const nobody = "nobody" as UserId;

export const functions = new StatefulFunctions("shapes");

export const carts = functions.bind(
  "shapes/carts",
  {
    accepts: [CartType, Event, Blob, bool],
    replies: [CartType, string],
    state: {
      cart: { type: CartType, initial: () => ({ owner: "nobody", items: [] }) },
      basket: { type: json("shapes/Basket", shape<Basket>()), initial: () => ({}) },
      colour: { type: json("shapes/Colour", shape<Colour>()), initial: () => Colour.Red },
      owner: { type: json("shapes/UserId", shape<UserId>()), initial: nobody },
      names: { type: json("shapes/Names", shape<readonly string[]>()), initial: () => [] },
      pairs: { type: json("shapes/Pairs", shape<Pair[]>()), initial: () => [["a"], ["b", 1]] },
      last: { type: Event, initial: () => ({ kind: "closed" }) },
      tree: {
        type: json("shapes/Tree", shape<Tree>()),
        initial: () => ({ name: "", children: [] }),
      },
      maybe: { type: json("shapes/Maybe", shape<string | null>()), initial: null },
      counted: { type: int, initial: 0 },
      total: { type: long, initial: () => 0n },
      seen: { type: bool, initial: false, expireAfterCallMs: 60_000 },
      blob: { type: Blob, initial: () => new Uint8Array(1), expireAfterWriteMs: 60_000 },
      bare: CartType,
    },
  },
  (context, message) => {
    const { state } = context;
    switch (message.typename) {
      case "shapes/Cart":
        state.cart = message.value;
        state.cart.items.push(...(message.value.note === undefined ? [] : [message.value.note]));
        context.reply(message);
        return;
      case "shapes/Event":
        state.last = message.value;
        if (message.value.kind === "created") state.owner = message.value.by;
        break;
      case "shapes/Blob":
        state.blob = message.value;
        break;
      default:
        state.seen = message.value;
    }
    const total: bigint = state.total;
    const first: Pair | undefined = state.pairs[0];
    const owner: UserId = state.owner;
    state.total = total + BigInt(first?.[1] ?? 0);
    state.basket[owner] = (state.basket[owner] ?? 0) + ++state.counted;
    state.names = [...state.names, state.tree.name];
    state.maybe = state.names[0] ?? null;
    state.colour = Colour.Green;
    if (state.bare !== undefined) state.bare.items.push("more");
    context.reply(string.of("done"));
  },
);

/** What a test reads is what the handler has. */
export async function look(): Promise<readonly string[]> {
  const runtime = await createTestRuntime(functions);
  const reply = await runtime.call(carts.at("1"), CartType.of({ owner: "zoe", items: [] }));
  const said: string = reply.typename === "shapes/Cart" ? reply.value.owner : reply.value;
  const { cart, bare } = runtime.state(carts.at("1"));
  const { state } = await runtime.instance(carts.at("1"));
  return [said, ...cart.items, ...(bare?.items ?? []), state.owner, state.colour];
}
