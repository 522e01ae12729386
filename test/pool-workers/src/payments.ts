import { int, StatefulFunctions } from "statefun";

/** The service that takes the money. */
export const bank = {
  isDown: false,
  charged: 0,
  /** What a payment waits for. */
  answer: async (): Promise<void> => {},
};

export const payments = new StatefulFunctions("payments");

/** Asks three times, a minute after the first failure and two minutes after the second. */
export const payment = payments.bind(
  "shop/payment",
  {
    accepts: int,
    replies: int,
    retry: { maxAttempts: 3, initialDelayMs: 60_000, maxDelayMs: 120_000 },
    state: { paid: { type: int, initial: 0, expireAfterWriteMs: 3_600_000 } },
  },
  async (context, amount) => {
    await bank.answer();
    if (bank.isDown) throw new Error("the bank is down");
    bank.charged += amount;
    context.state.paid += amount;
    if (context.caller !== undefined) context.reply(context.state.paid);
  },
);
