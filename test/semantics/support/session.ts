import { anyValue, type Message, StatefulFunctions } from "statefun";
import type { WireValue } from "statefun/protocol";

/** A state as the README of the 2.x Python SDK calls it: whatever the last writer put there. */
export interface Session {
  session?: Message | undefined;
}

export function withSession(handle: (state: Session, message: Message) => void): StatefulFunctions {
  const functions = new StatefulFunctions();
  functions.bind("test/fn", { state: { session: anyValue } }, ({ state }, got) => {
    handle(state, got);
  });
  return functions;
}

/** Bytes as they lie in the store of a 2.x runtime. */
export const raw = (bytes: Uint8Array): WireValue => ({ typename: "", bytes, headers: [] });
