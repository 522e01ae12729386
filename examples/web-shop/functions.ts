import {
  bytes,
  egress,
  functionRef,
  int,
  long,
  NonRetryableError,
  type RetryOptions,
  StatefulFunctions,
  string,
} from "statefun";
import { catalogue, type Product } from "./catalogue.ts";
import {
  AddItem,
  Attach,
  Campaign,
  Charge,
  Charged,
  Checkout,
  Entry,
  Expire,
  Items,
  Mail,
  Ordered,
  Photo,
  Profile,
  Register,
  Remind,
  Reserve,
} from "./types.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Every movement of the stock, kept for reading. */
export const ledger = egress("shop/ledger", Entry);
/** To a mail server. */
export const mails = egress("shop/mails", Mail);

/** Somewhere else: charges cards. */
export const payment = functionRef("shop/payment", Charge, { replies: Charged });

export const stock = functionRef("shop/stock", Reserve);
export const mailer = functionRef("shop/mailer", Mail);
export const customer = functionRef("shop/customer", [Register, Ordered, Remind]);
export const cart = functionRef("shop/cart", [AddItem, Checkout, Charged, Attach, Expire], {
  replies: Items,
});
export const newsletter = functionRef("shop/newsletter", Campaign);

/** A mistake, on purpose: it takes every product for one of the catalogue. The console shows what becomes of it. */
const priceOf = (sku: string): number => (catalogue[sku] as Product).price;

const amountOf = (lines: readonly { readonly count: number; readonly price: number }[]): number =>
  lines.reduce((sum, { count, price }) => sum + count * price, 0);

function bindCart(functions: StatefulFunctions, retry: RetryOptions): void {
  const state = {
    items: { type: Items, initial: () => ({ currency: "EUR" as const, lines: [] }) },
    total: { type: int, initial: 0 },
    customer: string,
    order: string,
    photo: Photo,
    coupon: { type: string, expireAfterWriteMs: day },
  } as const;
  functions.implement(cart, { state, retry, expireInstanceAfterMs: 30 * day }, (context, one) => {
    const { state, self } = context;
    const again = (): void => {
      context.cancel("expire");
      context.sendAfter(hour, cart.at(self.id), Expire.of({}), { cancellationToken: "expire" });
    };
    if (one.is(AddItem)) {
      const { sku, count } = one.value;
      const price = priceOf(sku);
      state.items.lines.push({ sku, count, price });
      state.total = amountOf(state.items.lines);
      context.send(stock.at(sku), { cart: self.id, count });
      again();
      if (context.caller === undefined && state.items.lines.length > 3) state.coupon = "NOV26";
    } else if (one.is(Checkout)) {
      if (state.items.lines.length === 0) throw new NonRetryableError("the cart is empty");
      const { payment: by, customer: who } = one.value;
      state.customer = who;
      state.order = self.id.replace("cart", "o");
      const card = by.kind === "card" ? by.token : by.kind;
      const { currency } = state.items;
      const charge = { order: state.order, amount: state.total, currency, card };
      context.send(payment.at(self.id.replace("cart", "p")), charge);
      again();
    } else if (one.is(Charged)) {
      context.cancel("expire");
      const { order } = one.value;
      if (state.customer !== undefined) {
        context.send(customer.at(state.customer), Ordered.of({ order, amount: state.total }));
      }
    } else if (one.is(Attach)) {
      state.photo = new Uint8Array(one.value.size).map((_, at) => at % 251);
    } else {
      for (const { sku, count } of state.items.lines) {
        context.send(stock.at(sku), { cart: self.id, count: -count });
      }
      context.clear("items");
      context.clear("total");
    }
  });
}

function bindCustomer(functions: StatefulFunctions): void {
  const state = {
    profile: Profile,
    orders: { type: int, initial: 0 },
    spent: { type: long, initial: 0n },
    seen: { type: string, expireAfterCallMs: 90 * day },
  } as const;
  functions.implement(customer, { state }, (context, one) => {
    const { state, self } = context;
    if (one.is(Register)) {
      const { name, email, tags } = one.value;
      state.profile = { name, email, tags };
      context.send(mailer.at("post"), { to: email, template: "welcome", words: { name } });
      const reminder = Remind.of({ of: "birthday" });
      context.sendAfter(30 * day, customer.at(self.id), reminder);
    } else if (one.is(Ordered)) {
      const { order, amount } = one.value;
      state.orders += 1;
      state.spent += BigInt(amount);
      state.seen = order;
      const to = state.profile?.email ?? "unknown@example.com";
      context.send(mailer.at("post"), { to, template: "receipt", words: { order, amount } });
    } else {
      const to = state.profile?.email ?? "unknown@example.com";
      context.send(mailer.at("post"), { to, template: "reminder", words: {} });
    }
  });
}

function bindRest(functions: StatefulFunctions): void {
  const onHand = { type: int, initial: 1_000_000 };
  functions.implement(stock, { state: { onHand } }, (context, { cart, count }) => {
    context.state.onHand -= count;
    const entry = { sku: context.self.id, cart, count, onHand: context.state.onHand };
    context.emit(ledger, entry);
  });
  const state = { sent: { type: int, initial: 0 }, last: Mail } as const;
  functions.implement(mailer, { state }, (context, mail) => {
    context.state.sent += 1;
    context.state.last = mail;
    context.emit(mails, mail);
  });
  const sent = { type: bytes("shop/Receipt"), expireAfterWriteMs: 7 * day };
  functions.implement(newsletter, { state: { sent } }, (context, { subject }) => {
    context.send(mailer.at("post"), { to: "all", template: "newsletter", words: { subject } });
  });
}

/** The functions of the shop, except `shop/payment`. `retry` is that of carts. */
export function shopFunctions(retry: RetryOptions = {}): StatefulFunctions {
  const functions = new StatefulFunctions("shop");
  bindCart(functions, retry);
  bindCustomer(functions);
  bindRest(functions);
  return functions;
}
