import { assertFunction, isRecord } from "../../internal/assert.ts";
import { base64FromBytes, noBytes } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import { reasonOf } from "../../internal/show.ts";
import type { Invocation } from "../../model/invocation.ts";
import { type Address, acceptedBy } from "../addressing/address.ts";
import { type Egress, formatOf } from "../egress/egress.ts";
import { headersFromWire } from "../types/headers.ts";
import type { TypedValue } from "../types/type.ts";
import { type FailedMessage, failedMessage } from "./failed-message.ts";
import type { InvocationContext } from "./invocation-context.ts";

export interface DeadLetterTarget {
  readonly "~deadLetter": unknown;
}

/** Adds a dead letter to the effects of the batch, in the place of what the message did. */
export type SendDeadLetter = (
  context: InvocationContext,
  invocation: Invocation,
  error: unknown,
) => void;

/**
 * To a function that accepts `failedMessage`, or to an egress by a record made for it (a Kafka egress takes
 * nothing but Kafka records). A function also gets the headers of the message.
 *
 * @example
 * ```ts
 * import { deadLetterTo, failedMessage, requestReplyHandler, StatefulFunctions } from "statefun";
 *
 * const functions = new StatefulFunctions();
 * const morgue = functions.bind("demo/morgue", { accepts: failedMessage }, (_context, failed) => {
 *   console.warn(`${failed.target.id} of ${failed.target.typename}: ${failed.error.message}`);
 * });
 *
 * export const handler = requestReplyHandler(functions, {
 *   deadLetter: deadLetterTo(morgue.at("all")),
 * });
 * ```
 */
export function deadLetterTo<M = never>(
  to: Address<M> &
    ([M] extends [never]
      ? unknown
      : [Extract<M, FailedMessage>] extends [never]
        ? TypedValue<FailedMessage, "statefun/failed-message"> extends M
          ? unknown
          : never
        : unknown),
): DeadLetterTarget;
export function deadLetterTo<M>(
  to: Egress<M>,
  record: (failed: FailedMessage) => NoInfer<M>,
): DeadLetterTarget;
export function deadLetterTo(
  to: Address | Egress<never>,
  record?: (failed: FailedMessage) => unknown,
): DeadLetterTarget {
  const isEgress = isRecord(to) && "to" in to;
  // The member distinguishes the two; each checks what it was given.
  const send = isEgress ? toEgress(to as Egress<never>, record) : toFunction(to as Address);
  return { "~deadLetter": send };
}

function toEgress(
  to: Egress<never>,
  record: ((failed: FailedMessage) => unknown) | undefined,
): SendDeadLetter {
  formatOf(to);
  assertFunction(record, `the record of a dead letter for egress ${to.typename}`);
  return (context, invocation, error) =>
    context.emit(to, record?.(describe(context, invocation, error)));
}

function toFunction(to: Address): SendDeadLetter {
  acceptedBy(to);
  return (context, invocation, error) => {
    const headers = headersFromWire(invocation.argument.headers);
    context.send(to, failedMessage.of(describe(context, invocation, error)), { headers });
  };
}

function describe(
  { self, caller }: InvocationContext,
  { argument }: Invocation,
  error: unknown,
): FailedMessage {
  return {
    target: { typename: self.typename, id: self.id },
    ...(caller === undefined ? {} : { caller: { typename: caller.typename, id: caller.id } }),
    typename: argument.typename,
    payload: base64FromBytes(argument.bytes ?? noBytes),
    error: {
      code: error instanceof StateFunError ? error.code : "non_retryable",
      message: reasonOf(error),
    },
  };
}
