import {
  type AnyModule,
  int,
  json,
  NonRetryableError,
  StatefulFunctions,
  shape,
  string,
} from "statefun";
import { serve } from "statefun/node";
import { createRuntime, memoryStore, type Runtime, type RuntimeOptions } from "statefun/runtime";
import { afterEach, vi } from "vitest";

const Order = json("shop/Order", shape<{ readonly item: string; readonly count: number }>());

/** What letters of `shop/worker` fail with, until somebody has mended it. */
export interface Shop {
  readonly modules: AnyModule;
  trouble: string | undefined;
  /** Texts that `shop/worker` has handled. */
  readonly handled: string[];
}

export function createShop(): Shop {
  const functions = new StatefulFunctions("shop");
  const shop: Shop = { modules: functions, trouble: undefined, handled: [] };
  functions.bind(
    "shop/cart",
    {
      accepts: Order,
      replies: Order,
      state: { items: { type: int, initial: 0 }, last: Order, note: string },
    },
    (context, order) => {
      context.state.items += order.count;
      context.state.last = order;
      if (context.caller !== undefined) context.reply(order);
    },
  );
  functions.bind("shop/echo", { accepts: string, replies: string }, (context, text) => {
    if (context.caller !== undefined) context.reply(text);
  });
  functions.bind("shop/many", { accepts: [Order, int] }, () => {});
  functions.bind("shop/worker", { accepts: string }, (_, text) => {
    if (text === "never") throw new NonRetryableError("it can never be");
    if (shop.trouble !== undefined) throw new NonRetryableError(shop.trouble);
    shop.handled.push(text);
  });
  functions.bind(
    "shop/stuck",
    { accepts: string, retry: { maxAttempts: 50, initialDelayMs: 600_000, maxDelayMs: 600_000 } },
    (_, text) => {
      if (shop.trouble !== undefined) throw new Error(shop.trouble);
      shop.handled.push(text);
    },
  );
  functions.bind("shop/slow", { accepts: string, replies: string }, async (_, text) => {
    await new Promise((resolve) => setTimeout(resolve, Number(text)));
  });
  return shop;
}

// Each command is a process, whose start takes seconds on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

/** How long what happens elsewhere may take there. */
export const inTime = { timeout: 60_000 };

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** Something to be closed when the test is over. */
export function closing(close: () => Promise<unknown>): void {
  open.push(close);
}

export interface Started {
  readonly runtime: Runtime;
  readonly url: string;
  readonly shop: Shop;
}

/** The shop behind a server, for operators with the tokens `reader` and `writer`. */
export async function start(options: Partial<RuntimeOptions> = {}): Promise<Started> {
  const shop = createShop();
  const tokens = new Map([
    ["Bearer reader", { who: "rita", role: "read" }],
    ["Bearer writer", { who: "walter", role: "write" }],
  ] as const);
  const runtime = await createRuntime({
    modules: [shop.modules],
    store: memoryStore(),
    http: {
      authenticate: "none",
      expose: "all",
      admin: {
        authenticate: ({ headers }) => {
          const given: unknown = headers.get("authorization");
          for (const [token, operator] of tokens) if (token === given) return operator;
          return false;
        },
      },
    },
    onError: () => {},
    ...options,
  } as RuntimeOptions as never);
  const server = await serve({ fetch: runtime.fetch, port: 0 });
  closing(async () => {
    await runtime.close({ drainMs: 0 }).catch(() => {});
    await server.close();
  });
  return { runtime, shop, url: `http://127.0.0.1:${server.port}` };
}
