import { NonRetryableError, StatefulFunctions } from "statefun";
import { payment } from "./functions.ts";

const refused = /^refused:(.*)/;

/** In place of a company that charges cards: it refuses a token like `refused:expired`. */
export const cards = new StatefulFunctions("cards");

cards.implement(payment, {}, (context, { order, card }) => {
  const [, reason] = refused.exec(card) ?? [];
  // Nobody has to ask again: the message becomes a dead letter, which an operator can replay or discard.
  if (reason !== undefined) throw new NonRetryableError(`card refused: ${reason}`);
  context.reply({ order, authorisation: `auth-${order}` });
});
