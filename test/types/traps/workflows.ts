import { StatefulFunctions, string } from "statefun";

/** As `cloudflare:workflows` has it: the same name, another class. */
export class NonRetryableError extends Error {
  constructor(message: string, name = "NonRetryableError") {
    super(message);
    this.name = name;
  }
}

export const functions = new StatefulFunctions("workflows");
export const gives = functions.bind("traps/gives-up", { accepts: string }, (_, text) => {
  throw text === "unnamed" ? new NonRetryableError(text, "Error") : new NonRetryableError(text);
});
