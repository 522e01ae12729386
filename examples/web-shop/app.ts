import { keep } from "statefun";
import { cards } from "./cards.ts";
import { ledger, mails, shopFunctions } from "./functions.ts";

/** What the shop is made of: the options of `createRuntime`, and of an engine on Durable Objects. */
export default {
  modules: [shopFunctions(), cards],
  egresses: [keep(ledger), keep(mails)],
};
