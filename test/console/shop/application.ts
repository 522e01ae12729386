import { defineModule, keep, type Module, type RetryOptions, StatefulFunctions } from "statefun";
import { consoleApp } from "statefun/console";
import type { HttpSurfaceOptions } from "statefun/runtime";
import { ledger, mails, payment, shopFunctions } from "../../../examples/web-shop/functions.ts";

/** What there is of `shop/payment`. */
export type PayModule = (payUrl: string) => Module;

/** It is a function of another process. */
export const remotePay: PayModule = (payUrl) =>
  defineModule({
    name: "pay-svc",
    endpoints: [{ functions: [payment], urlPathTemplate: payUrl }],
  });

/** It is here, and asks the service: for engines without endpoints. */
export const localPay: PayModule = (payUrl) => {
  const functions = new StatefulFunctions("payment");
  functions.implement(payment, {}, async (context, charge) => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify(charge);
    const response = await fetch(payUrl, { method: "POST", headers, body });
    if (!response.ok) throw new Error(await response.text());
    context.reply((await response.json()) as { order: string; authorisation: string });
  });
  return functions;
};

export interface ShopSettings {
  /** Where `shop/payment` answers. */
  readonly payUrl: string;
  readonly payModule: PayModule;
  /** Whether the mail server takes mails: it says 421 otherwise. */
  readonly takesMails: () => boolean;
  /** @default a minute between two attempts of a cart: it stays blocked for as long as a test takes */
  readonly cartRetry?: RetryOptions;
}

const blocked: RetryOptions = { maxAttempts: 50, initialDelayMs: 60_000, maxDelayMs: 60_000 };

/** Attempts of all other functions: dead letters come at once. */
export const promptly: RetryOptions = { maxAttempts: 3, initialDelayMs: 1, maxDelayMs: 2 };

/** What the shop is made of, for whatever engine. */
export function shopParts({ payUrl, payModule, takesMails, cartRetry = blocked }: ShopSettings) {
  const toServer = mails.to(async () => {
    if (!takesMails()) throw new Error("smtp: 421 too many");
  });
  return {
    modules: [shopFunctions(cartRetry), payModule(payUrl)],
    egresses: [keep(ledger), toServer],
  };
}

/** Who operators are: one may look, one may act. */
export const tokens = { reader: "only-for-reading", writer: "may-act" } as const;

export const shopHttp = {
  expose: "all",
  authenticate: "none",
  admin: {
    console: consoleApp({ name: "production" }),
    authenticate({ headers }) {
      const token = headers.get("authorization")?.replace("Bearer ", "");
      if (token === tokens.reader) return { who: "rita", role: "read" };
      if (token === tokens.writer) return { who: "walter", role: "write" };
      return false;
    },
  },
} as const satisfies HttpSurfaceOptions;
