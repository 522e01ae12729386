import { bool, functionRef, int, json, StatefulFunctions, shape } from "statefun";
import { kafkaEgress } from "statefun/kafka";

interface Card {
  readonly account: string;
  readonly merchant: string;
  readonly cents: number;
}

// From outside: a payment, a customer who says that one was not theirs, what became of a merchant's sales.
export const Payment = json("fraud/Payment", shape<Card>());
export const NotMine = json("fraud/NotMine", shape<Readonly<Record<string, never>>>());
export const Sale = json("fraud/Sale", shape<{ readonly isChargedBack: boolean }>());

// Questions of a payment, and their answers.
const AboutAccount = json("fraud/AboutAccount", shape<Readonly<Record<string, never>>>());
const Account = json(
  "fraud/Account",
  shape<{ readonly frauds: number; readonly lastHour: number }>(),
);
const AboutMerchant = json("fraud/AboutMerchant", shape<Readonly<Record<string, never>>>());
const Merchant = json("fraud/Merchant", shape<{ readonly chargedBack: number }>());
const Late = json("fraud/Late", shape<Readonly<Record<string, never>>>());
const Times = json("fraud/Times", shape<number[]>());

export const decisions = kafkaEgress("fraud/decisions");

/** Another team's: declared here, implemented below in a module of its own. */
export const merchant = functionRef("fraud/merchant", [Sale, AboutMerchant], { replies: Merchant });

export const functions = new StatefulFunctions("fraud-detection");

const hour = 3_600_000;
const day = 24 * hour;
/** A customer waits at the till: after this time the decision is made with what is known. */
export const patienceMs = 5_000;

/** An instance for each payment asks two others at once, and decides when both have answered. */
export const payment = functions.bind(
  "fraud/payment",
  {
    accepts: [Payment, Account, Merchant, Late],
    state: {
      card: Payment,
      account: Account,
      merchant: Merchant,
      // A till that sends its payment again must not get another decision.
      isDecided: { type: bool, expireAfterWriteMs: day },
    },
  },
  (context, message) => {
    const { state, self } = context;
    if (state.isDecided) return;
    switch (message.typename) {
      case "fraud/Payment":
        if (state.card !== undefined) return;
        state.card = message.value;
        context.send(account.at(state.card.account), AboutAccount.of({}));
        context.send(merchant.at(state.card.merchant), AboutMerchant.of({}));
        context.sendAfter(patienceMs, payment.at(self.id), Late.of({}), {
          cancellationToken: "late",
        });
        return;
      case "fraud/Account":
        state.account = message.value;
        break;
      case "fraud/Merchant":
        state.merchant = message.value;
        break;
    }
    const { card } = state;
    const isComplete = state.account !== undefined && state.merchant !== undefined;
    if (card === undefined || (!isComplete && message.typename !== "fraud/Late")) return;
    // Whoever has not answered is taken for suspicious, but not for a fraud.
    const { frauds, lastHour } = state.account ?? { frauds: 1, lastHour: 0 };
    const { chargedBack } = state.merchant ?? { chargedBack: 0.1 };
    const risk = riskOf({ cents: card.cents, frauds, lastHour, chargedBack });
    const value = JSON.stringify({ payment: self.id, risk, isAccepted: risk < 0.5 });
    context.emit(decisions, { topic: "decisions", key: card.account, value });
    context.cancel("late");
    context.clear("card", "account", "merchant");
    state.isDecided = true;
  },
);

export const account = functions.bind(
  "fraud/account",
  {
    accepts: [NotMine, AboutAccount],
    replies: Account,
    state: {
      // A month without another one clears the account.
      frauds: { type: int, initial: 0, expireAfterWriteMs: 30 * day },
      payments: { type: Times, initial: () => [], expireAfterWriteMs: hour },
    },
  },
  (context, message) => {
    const { state } = context;
    if (message.typename === "fraud/NotMine") state.frauds += 1;
    else {
      const now = context.now();
      state.payments = [...state.payments.filter((time) => time > now - hour), now];
      context.reply({ frauds: state.frauds, lastHour: state.payments.length });
    }
  },
);

export const merchants = new StatefulFunctions("merchants");

export const implementation = merchants.implement(
  merchant,
  { state: { sales: { type: int, initial: 0 }, chargedBack: { type: int, initial: 0 } } },
  (context, message) => {
    const { state } = context;
    if (message.typename === "fraud/Sale") {
      state.sales += 1;
      if (message.value.isChargedBack) state.chargedBack += 1;
    } else context.reply({ chargedBack: state.chargedBack / Math.max(1, state.sales) });
  },
);

interface Features {
  readonly cents: number;
  readonly frauds: number;
  readonly lastHour: number;
  readonly chargedBack: number;
}

/** From 0 to 1. A real one is trained; what matters here is who asks for what, and when. */
export function riskOf({ cents, frauds, lastHour, chargedBack }: Features): number {
  const risk = Math.min(cents / 1_000_000, 0.3) + frauds * 0.2 + lastHour * 0.02 + chargedBack;
  return Math.min(1, Math.round(risk * 100) / 100);
}
