import {
  defineModule,
  egress,
  type Ingress,
  int,
  keep,
  NonRetryableError,
  StatefulFunctions,
  string,
} from "statefun";
import { createRuntime, type Runtime, type RuntimeOptions } from "statefun/runtime";
import type { IngressHost } from "../../../src/engine/contract/ingress-host.ts";

export const audit = egress("shop/audit", string);
const stuck = egress("shop/stuck", string);
const missing = egress("shop/missing", string);

const hourMs = 3_600_000;

/** An application with everything that a store can have. Money moves between accounts and is never made. */
export function shopFunctions({ withLater = true } = {}) {
  const functions = new StatefulFunctions("shop");
  const state = {
    balance: int,
    note: { type: string, expireAfterWriteMs: 30 * 24 * hourMs },
  };
  const account = functions.bind(
    "shop/account",
    { accepts: string, replies: int, state },
    (context, text) => {
      const [what = "", amount = "0", to = ""] = text.split(" ");
      const balance = context.state.balance ?? 0;
      const n = Number(context.self.id);
      if (what === "open") {
        // What was given to it may have come first.
        context.state.balance = balance + 100;
        if (n % 3 === 0) context.state.note = `note of ${n}`;
        if (n % 5 === 0) context.emit(audit, `opened ${n}`);
        if (n % 10 === 1) context.send(later.at(`${n}`), "1");
        if (n % 10 === 2) {
          context.sendAfter(hourMs, account.at(`${n}`), "take 0", {
            cancellationToken: `fee-${n}`,
          });
        }
        if (n % 10 === 3) context.emit(stuck, `parcel of ${n}`);
        if (n % 10 === 4) context.emit(missing, `lost ${n}`);
      } else if (what === "give") {
        context.state.balance = balance - Number(amount);
        context.send(account.at(to), `take ${amount}`);
      } else if (what === "take") {
        context.state.balance = balance + Number(amount);
      } else if (what === "cancel") {
        context.cancel(`fee-${n}`);
      } else if (what === "fail") {
        throw new NonRetryableError(`${n} cannot`);
      }
      if (what === "ask") context.reply(balance);
    },
  );
  const other = new StatefulFunctions("shop-later");
  const seen = { seen: { type: int, initial: 0 }, order: { type: string, initial: "" } };
  const later = other.bind("shop/later", { accepts: string, state: seen }, (context, text) => {
    context.state.seen += 1;
    context.state.order = `${context.state.order}${text} `;
  });
  const modules = withLater ? [functions, other] : [functions];
  return { modules, account, later };
}

export type Shop = ReturnType<typeof shopFunctions>;

/** A runtime of it. What is stuck is never delivered. */
export function openShop(shop: Shop, options: Partial<RuntimeOptions> = {}): Promise<Runtime> {
  const all: RuntimeOptions = {
    modules: shop.modules,
    egresses: [keep(audit), stuck.to(() => Promise.reject(new Error("closed today")))],
    onError: () => {},
    ...options,
  };
  return createRuntime(all as RuntimeOptions & { readonly env: never });
}

/**
 * Opens so many accounts, and leaves something of every kind behind. `isWhole`: what is of one process too, the position of a source and
 * an instance that an operator has paused.
 */
export async function fillShop(
  store: NonNullable<RuntimeOptions["store"]>,
  accounts: number,
  { isWhole = true }: { readonly isWhole?: boolean } = {},
) {
  const shop = shopFunctions({ withLater: false });
  const orders = readingIngress();
  const runtime = await openShop(shop, {
    modules: [...shop.modules, defineModule({ name: "orders", ingresses: [orders.ingress] })],
    ...{ store, http: { admin: { authenticate: "none" } } },
  });
  const all = Array.from({ length: accounts }, (_, n) => n);
  for (let from = 0; from < accounts; from += 5_000) {
    await Promise.all(
      all.slice(from, from + 5_000).map(async (n) => {
        const to = shop.account.at(`${n}`);
        await runtime.send(to, "open", n % 2 === 0 ? { idempotencyKey: `open-${n}` } : {});
        if (n % 7 === 0) await runtime.send(to, `give 10 ${(n + 1) % accounts}`);
        if (n % 20 === 6) await runtime.send(to, "fail");
        if (n % 20 === 7) await runtime.send(to, "give 0 0", { delayMs: 2 * hourMs });
        if (n % 20 === 8) await runtime.call(to, "ask", { idempotencyKey: `ask-${n}` });
      }),
    );
  }
  await runtime.idle();
  if (isWhole) {
    await orders.read("shop/orders/0", "17");
    await pause(runtime, "shop/account", "9");
  }
  await runtime.close({ drainMs: 0 });
}

/** An ingress that is read by hand. */
function readingIngress() {
  let host: IngressHost | undefined;
  const start = (given: IngressHost) => {
    host = given;
    const health = { typename: "shop/orders", status: "running", troubles: [], sources: [] };
    return { stop: async () => {}, health: () => health };
  };
  // What connectors make is no public type.
  const ingress = { typename: "shop/orders", "~ingress": { start } } as unknown as Ingress;
  const read = (source: string, position: string) =>
    new Promise<void>((resolve, reject) => {
      host?.ingest({ source, position, messages: [] }, (error) =>
        error === undefined ? resolve() : reject(error),
      );
    });
  return { ingress, read };
}

async function pause(runtime: Runtime, fn: string, id: string): Promise<void> {
  const url = `http://localhost/admin/instance/pause?${new URLSearchParams({ function: fn, id })}`;
  const headers = { "statefun-admin": "1", "idempotency-key": "pause" };
  const { status } = await runtime.fetch(new Request(url, { method: "POST", headers }));
  if (status !== 200) throw new Error(`not paused: ${status}`);
}

/** What all accounts have together. */
export async function totalOf(runtime: Runtime, { account }: Shop, accounts: number) {
  let total = 0;
  for (let n = 0; n < accounts; n++) {
    total += (await runtime.instance(account.at(`${n}`))).state.balance ?? 0;
  }
  return total;
}
