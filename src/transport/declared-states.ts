import { assertInteger, assertKnownKeys, assertNonEmpty, invalid } from "../internal/assert.ts";
import { bytesFromText } from "../internal/bytes.ts";
import { show } from "../internal/show.ts";
import type { MissingValue } from "../model/outcome.ts";
import type { RemoteEndpoint } from "../sdk/modules/define-module.ts";

/** As for a function of this process. */
export const maxStateNameBytes = 255;

/** What a module declares for the functions of wire v2. */
export function declaredStates(
  list: NonNullable<RemoteEndpoint["states"]>,
  what: string,
): Map<string, MissingValue> {
  const declared: unknown = list;
  if (!Array.isArray(declared)) {
    throw invalid(`states of ${what} must be a list, got ${show(declared)}`);
  }
  const states = new Map<string, MissingValue>();
  for (const state of list) {
    assertKnownKeys(
      state,
      ["name", "expireAfterWriteMs", "expireAfterCallMs"],
      `the states of ${what}`,
    );
    const { name } = state;
    assertNonEmpty(name, `the name of a state of ${what}`);
    if (bytesFromText(name).length > maxStateNameBytes) {
      throw invalid(
        `state ${show(name)} of ${what} has a name of more than ${maxStateNameBytes} bytes`,
      );
    }
    if (states.has(name)) throw invalid(`${what} declares state ${show(name)} twice`);
    states.set(name, { name, typename: "", expiration: expirationOf(state, what) });
  }
  return states;
}

function expirationOf(
  { name, expireAfterWriteMs, expireAfterCallMs }: NonNullable<RemoteEndpoint["states"]>[number],
  what: string,
): MissingValue["expiration"] {
  if (expireAfterWriteMs !== undefined && expireAfterCallMs !== undefined) {
    throw invalid(`state ${show(name)} of ${what} expires after a write or after a call, not both`);
  }
  const afterMs = expireAfterWriteMs ?? expireAfterCallMs;
  if (afterMs === undefined) return { mode: "none", afterMs: 0 };
  assertInteger(afterMs, `the expiration of state ${show(name)} of ${what}`, 1);
  return { mode: expireAfterWriteMs === undefined ? "after-call" : "after-write", afterMs };
}
