import {
  bytes,
  egress,
  int,
  json,
  keep,
  NonRetryableError,
  StatefulFunctions,
  string,
} from "statefun";
import type { Runtime, RuntimeOptions } from "statefun/runtime";

/** A shop that leaves something of every kind: states that stay and that expire, timers, records, dead letters, keys. */
export const functions = new StatefulFunctions("shop");

const sold = egress("shop/sold", string);
const unbound = egress("shop/unbound", string);

export const cart = functions.bind(
  "shop/cart",
  {
    accepts: string,
    replies: int,
    state: {
      items: { type: json<readonly string[]>("shop/Items"), initial: (): readonly string[] => [] },
      seen: { type: int, initial: 0, expireAfterWriteMs: 60_000 },
      picture: { type: bytes("shop/Picture") },
    },
  },
  (context, item) => {
    if (item === "bad") throw new NonRetryableError("no such thing");
    context.state.items = [...context.state.items, item];
    context.state.seen += 1;
    if (item === "picture") context.state.picture = Uint8Array.of(0, 255);
    if (item === "later") {
      context.sendAfter(3_600_000, cart.at(context.self.id), "tea", { cancellationToken: "t" });
    }
    context.emit(sold, `${context.self.id}: ${item}`);
    if (item === "lost") context.emit(unbound, item);
    if (context.caller !== undefined) context.reply(context.state.items.length);
  },
);

/** Its messages wait: an operator has paused it. */
export const stock = functions.bind("shop/stock", { accepts: string }, () => {});

export const shop = {
  modules: [functions],
  egresses: [keep(sold)],
  http: { admin: { authenticate: "none" } },
  onError: () => {},
} as const satisfies RuntimeOptions;

/** Asks the administration API of a runtime in this process. */
export function admin(
  runtime: Pick<Runtime, "fetch">,
  path: string,
  method: "GET" | "HEAD" | "POST" = "GET",
): Promise<Response> {
  const meant = { "statefun-admin": "1", "idempotency-key": crypto.randomUUID() };
  const headers = method === "POST" ? meant : {};
  return runtime.fetch(new Request(`http://localhost/admin${path}`, { method, headers }));
}

/** So many instances, and at least one of everything else. */
export async function fill(runtime: Runtime, instances: number): Promise<void> {
  await admin(runtime, "/functions/shop/stock/pause", "POST");
  const sends: Promise<unknown>[] = [];
  for (let index = 0; index < instances; index++) {
    sends.push(runtime.send(cart.at(`c${index}`), "tea"));
  }
  await Promise.all(sends);
  for (const item of ["later", "lost", "picture", "bad"]) await runtime.send(cart.at("x"), item);
  await runtime.send(cart.at("🍵 \0"), "cup", { idempotencyKey: "send" });
  await runtime.call(cart.at("x"), "milk", { idempotencyKey: "call" });
  await runtime.send(stock.at("s"), "wait", { headers: { from: "outside" } });
  await runtime.send(stock.at("s"), "delayed", { delayMs: 3_600_000 });
  await runtime.idle();
}
