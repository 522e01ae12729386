import { json, StatefulFunctions, string, upgraded } from "statefun";
import { z } from "zod";

/** What a basket of each generation is, under typenames of its own and under one for all. */
const schemas = {
  one: z.strictObject({ items: z.array(z.string()) }),
  two: z.strictObject({ items: z.array(z.strictObject({ name: z.string() })) }),
  three: z.strictObject({
    items: z.array(z.strictObject({ name: z.string(), count: z.number() })),
  }),
};

type One = z.infer<typeof schemas.one>;
type Two = z.infer<typeof schemas.two>;

const toTwo = ({ items }: One) => ({ items: items.map((name) => ({ name })) });
const toThree = ({ items }: Two) => ({ items: items.map(({ name }) => ({ name, count: 1 })) });

/** Three generations of one application, the oldest first. */
export function generations(typenames: "own" | "same") {
  const [a, b, c] = (["one", "two", "three"] as const).map((name, index) =>
    typenames === "same" || index === 0 ? "demo/Basket" : (`demo/Basket.${name}` as const),
  ) as ["demo/Basket", "demo/Basket.two", "demo/Basket.three"];
  const one = json(a, schemas.one);
  const two = upgraded(json(b, schemas.two), { from: one, upgrade: toTwo });
  const three = upgraded(json(c, schemas.three), { from: two, upgrade: toThree });
  return { one, two, three };
}

const bound = <T extends object>(bind: (functions: StatefulFunctions) => T) => {
  const functions = new StatefulFunctions();
  return { functions, ref: bind(functions) };
};

/** Adds what a message says, asynchronously, and answers with the names that it has; an empty message only reads. */
export function programs(typenames: "own" | "same") {
  const types = generations(typenames);
  const settings = { accepts: string, replies: string } as const;
  const later = () => new Promise<void>((resolve) => queueMicrotask(resolve));
  return [
    bound((functions) =>
      functions.bind(
        "demo/basket",
        { ...settings, state: { basket: types.one } },
        async (context, name) => {
          await later();
          const { items } = context.state.basket ?? { items: [] };
          if (name !== "") context.state.basket = { items: [...items, name] };
          if (context.caller !== undefined)
            context.reply((context.state.basket?.items ?? []).join());
        },
      ),
    ),
    bound((functions) =>
      functions.bind(
        "demo/basket",
        { ...settings, state: { basket: types.two } },
        async (context, name) => {
          await later();
          const { basket } = context.state;
          // Changed in place where there is one.
          if (name !== "" && basket !== undefined) basket.items.push({ name });
          else if (name !== "") context.state.basket = { items: [{ name }] };
          if (context.caller !== undefined)
            context.reply((context.state.basket?.items ?? []).map((one) => one.name).join());
        },
      ),
    ),
    bound((functions) =>
      functions.bind(
        "demo/basket",
        { ...settings, state: { basket: types.three } },
        async (context, name) => {
          await later();
          const { items } = context.state.basket ?? { items: [] };
          if (name !== "") context.state.basket = { items: [...items, { name, count: 1 }] };
          if (context.caller !== undefined)
            context.reply((context.state.basket?.items ?? []).map((one) => one.name).join());
        },
      ),
    ),
  ] as const;
}
