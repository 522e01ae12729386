import { clipped } from "../json/clipped.ts";
import type { Trouble } from "./admin-host.ts";

/** Why an instance does not go on, in JSON. */
export function shownTrouble(trouble: Trouble): object {
  const { kind, code, reason, attempts, number, at, retryAt, waitsFor } = trouble;
  return {
    kind,
    code,
    reason: clipped(reason),
    attempts,
    number: String(number),
    ...(at === undefined ? {} : { atMs: at }),
    ...(retryAt === undefined ? {} : { retryAtMs: retryAt }),
    ...(waitsFor === undefined ? {} : { waitsFor: clipped(waitsFor) }),
  };
}
