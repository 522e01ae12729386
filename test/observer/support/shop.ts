import { egress, int, NonRetryableError, StatefulFunctions, string } from "statefun";

export const receipts = egress("seen/receipts", string);
export const nowhere = egress("seen/nowhere", string);

/** Whether handlers wait before they do anything. */
export const ways = [
  { way: "synchronous", isAsync: false },
  { way: "asynchronous", isAsync: true },
] as const;

/** A function that does what it is told, and says so by its state. */
export function shopFunctions(isAsync: boolean, pause: () => Promise<void> = async () => {}) {
  const functions = new StatefulFunctions("seen");
  const options = {
    accepts: string,
    replies: int,
    state: { count: { type: int, initial: 0 } },
  };
  const shop = functions.bind("seen/shop", options, (context, text) => {
    const run = (): void => {
      context.state.count++;
      const [command = "", rest = ""] = text.split(" ");
      if (command === "answer") context.reply(context.state.count);
      if (command === "emit") context.emit(receipts, rest);
      if (command === "lose") context.emit(nowhere, rest);
      if (command === "tell") context.send(shop.at(rest), "add");
      if (command === "later" || command === "tomorrow") {
        const delayMs = command === "later" ? 50 : 86_400_000;
        context.sendAfter(delayMs, context.self, string.of("add"), { cancellationToken: rest });
      }
      if (command === "cancel") context.cancel(rest);
      if (command === "fail") throw new NonRetryableError("it was told to");
    };
    return isAsync ? pause().then(run) : run();
  });
  return { functions, shop };
}
