import { assertUserTypename, invalid } from "../../internal/assert.ts";
import type { StateFunError } from "../../internal/errors.ts";
import { isAddress, isCount, isText, isValue } from "../../model/guards.ts";
import type { WireAddress, WireValue } from "../../model/invocation.ts";
import type { Position } from "./records.ts";

/** How something comes in from outside. */
export type Way = "http" | "client" | "ingress" | "operator";

/** A message from outside. */
export interface Arrival {
  readonly target: WireAddress;
  readonly argument: WireValue;
  readonly idempotencyKey: string | undefined;
  /** Of a send; a call comes at once. */
  readonly delayMs: number;
  /** For those who record. @default that is not known */
  readonly way?: Way;
}

/** What comes by RPC is what another process says: it is looked at before anything of it is used. */
export function assertArrival(arrival: unknown): asserts arrival is Arrival {
  const { target, argument, idempotencyKey, delayMs } = Object(arrival);
  const isKey = idempotencyKey === undefined || isText(idempotencyKey);
  if (!isAddress(target) || !isValue(argument) || !isKey || !isCount(delayMs)) {
    throw invalid("an arrival must have target, argument, idempotencyKey and delayMs");
  }
  assertUserTypename(target.typename, "the target of a message");
}

/** What was accepted. */
export interface Accepted {
  readonly number: Position;
  readonly isDuplicate: boolean;
}

/** Called once a message survives a crash, or with the error after which the outcome is unknown. */
export type Receipt = (
  error: StateFunError | undefined,
  number: Position,
  isDuplicate: boolean,
) => void;
