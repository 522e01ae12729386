import { assertUserTypename, invalid, isRecord, isWellFormed } from "../internal/assert.ts";
import type { WireAddress, WireHeader, WireValue } from "../model/invocation.ts";
import type { Arrival } from "./ingress.ts";
import { type LinkAnswer, type LinkBatch, type LinkMessage, latestEpoch } from "./links.ts";

/**
 * What comes by RPC is what another process says: it is looked at before anything of it is used, so that no byte of it
 * fails in the middle of a step.
 */
export function assertLinkBatch(batch: unknown): asserts batch is LinkBatch {
  const { from, epoch, first, messages } = Object(batch);
  const isNumbered = isEpoch(epoch) && isCount(first) && first > 0;
  if (!isText(from) || !isNumbered || !Array.isArray(messages))
    throw invalid("a batch of a link must have from, epoch, first and messages");
  const wrong = messages.findIndex((message: unknown) => !isMessage(message));
  if (wrong >= 0) throw invalid(`message ${wrong} of a batch of a link is not a message`);
}

/** The same of what a receiver answers. */
export function assertLinkAnswer(answer: unknown): asserts answer is LinkAnswer {
  const { kind, epoch, last, expected } = Object(answer);
  const number = kind === "taken" ? last : kind === "gap" ? expected : undefined;
  if (!isEpoch(epoch) || !isCount(number)) throw invalid("that is not the answer of a partition");
}

/** The same of a message from outside. */
export function assertArrival(arrival: unknown): asserts arrival is Arrival {
  const { target, argument, idempotencyKey, delayMs } = Object(arrival);
  const isKey = idempotencyKey === undefined || isText(idempotencyKey);
  if (!isAddress(target) || !isValue(argument) || !isKey || !isCount(delayMs)) {
    throw invalid("an arrival must have target, argument, idempotencyKey and delayMs");
  }
  assertUserTypename(target.typename, "the target of a message");
}

export function isAddress(value: unknown): value is WireAddress {
  return isRecord(value) && isText(value["typename"]) && isText(value["id"]);
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isEpoch(value: unknown): value is number {
  return isCount(value) && value <= latestEpoch;
}

function isMessage(value: unknown): value is LinkMessage {
  if (!isRecord(value)) return false;
  const { target, caller, argument } = value;
  return isAddress(target) && (caller === undefined || isAddress(caller)) && isValue(argument);
}

function isValue(value: unknown): value is WireValue {
  if (!isRecord(value)) return false;
  const { typename, bytes, headers } = value;
  if (!isText(typename) || !isOptionalBytes(bytes)) return false;
  return Array.isArray(headers) && headers.every(isHeader);
}

function isHeader(value: unknown): value is WireHeader {
  return isRecord(value) && isText(value["key"]) && isOptionalBytes(value["value"]);
}

function isOptionalBytes(value: unknown): value is Uint8Array | undefined {
  return value === undefined || value instanceof Uint8Array;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && isWellFormed(value);
}
