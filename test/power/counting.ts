import { bytes, int, StatefulFunctions } from "../../src/index.ts";

export const ids = 600;
export const inFlight = 64;

export const functions: StatefulFunctions = new StatefulFunctions();
const state = { count: { type: int, initial: 0 }, filler: bytes("test/filler") };

/** Counts, and fills pages of the log with something else each time. */
export const counter = functions.bind("test/counter", { accepts: int, state }, (context, seed) => {
  context.state.count++;
  context.state.filler = new Uint8Array(9_000).fill(seed);
});

export const addressOf = (send: number) => counter.at(String(send % ids));
