import {
  address,
  bytes,
  egress,
  int,
  NonRetryableError,
  StatefulFunctions,
  string,
} from "statefun";
import { encrypted, encryptionKeys } from "statefun/encryption";

/** Nothing but `statefun` and its parts without a platform is imported here: this file runs on every runtime of the matrix. */
export interface ContractEnv {
  readonly name: string;
}

export const contractFunctions = new StatefulFunctions<ContractEnv>("contract");

export const blob = bytes("contract/blob");
export const texts = egress("contract/texts", string);
/** The same key wherever it runs, so that what one process has encrypted is read by another. */
export const secret = encrypted(
  string,
  encryptionKeys({ current: "key", keys: { key: new Uint8Array(32).fill(7) } }),
);
export const blobs = egress("contract/blobs", blob);

/** How often `contract/slow` came to its end. */
export const finished = { count: 0 };

contractFunctions.bind(
  "contract/counter",
  {
    accepts: int,
    state: {
      count: { type: int, initial: 0 },
      last: { type: string, expireAfterWriteMs: 60_000 },
      first: { type: string, expireAfterCallMs: 30_000 },
    },
  },
  (context, amount) => {
    context.state.count += amount;
    context.state.last = `last ${amount}`;
    context.state.first ??= `first ${amount}`;
    context.emit(texts, `${context.self.id}: ${context.state.count}`);
  },
);

contractFunctions.bind("contract/echo", { accepts: blob }, (context, value) => {
  context.emit(blobs, value);
});

contractFunctions.bind(
  "contract/secret",
  { accepts: secret, state: { last: secret } },
  (context, text) => {
    context.emit(texts, `${context.state.last ?? "nothing"}, then ${text}`);
    context.state.last = text;
    context.send(address("contract/elsewhere", context.self.id), secret.of(text));
  },
);

contractFunctions.bind("contract/relay", (context, message) => {
  context.send(address("contract/elsewhere", context.self.id), message);
});

contractFunctions.bind("contract/delays", { accepts: string }, (context, token) => {
  const later = address("contract/elsewhere", context.self.id);
  context.sendAfter(1_500, later, string.of("later"), { cancellationToken: token });
  context.cancel(`not ${token}`);
});

contractFunctions.bind("contract/caller", { accepts: string, replies: string }, (context, text) => {
  if (context.caller === undefined) context.emit(texts, "from an ingress");
  else context.reply(`${text} ${context.caller.typename} ${context.caller.id}`);
});

contractFunctions.bind("contract/env", { accepts: string }, (context) => {
  context.emit(texts, context.env.name);
});

contractFunctions.bind("contract/failing", { accepts: string }, (_context, secret) => {
  throw new Error(`the secret is ${secret}`);
});

contractFunctions.bind("contract/hopeless", { accepts: string }, (_context, secret) => {
  throw new NonRetryableError(`the secret is ${secret}`);
});

contractFunctions.bind("contract/hanging", async () => {
  await new Promise(() => undefined);
});

contractFunctions.bind("contract/slow", { accepts: int }, async (context, delayMs) => {
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  finished.count++;
  context.emit(texts, `${context.self.id} took ${delayMs} ms`);
});
