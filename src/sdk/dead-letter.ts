import { invalid, isRecord, show } from "../internal/assert.ts";
import { base64FromBytes, noBytes } from "../internal/bytes.ts";
import { StateFunError } from "../internal/errors.ts";
import type { Invocation } from "../model/invocation.ts";
import { type Address, assertAddress } from "./address.ts";
import type { BatchScope } from "./batch-scope.ts";
import { type Egress, formatOf } from "./egress.ts";
import { type FailedMessage, failedMessage } from "./failed-message.ts";
import { headersFromWire } from "./headers.ts";
import type { TypedValue } from "./message.ts";

export interface DeadLetterTarget {
  readonly "~deadLetter": unknown;
}

/** Adds a dead letter to the effects of the batch, in the place of what the message did. */
export type SendDeadLetter = (scope: BatchScope, invocation: Invocation, error: unknown) => void;

/**
 * To a function that accepts `failedMessage`, or to an egress by a record made for it (a Kafka egress takes
 * nothing but Kafka records). A function also gets the headers of the message.
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
  let send: SendDeadLetter;
  if (isEgress(to)) {
    if (typeof record !== "function") {
      throw invalid(
        `deadLetterTo an egress needs a function that makes a record, got ${show(record)}`,
      );
    }
    send = (scope, invocation, error) =>
      scope.emit(to, record(describe(scope, invocation, error)), undefined);
  } else {
    assertAddress(to);
    send = (scope, invocation, error) => {
      const headers = headersFromWire(invocation.argument.headers);
      scope.send(to, failedMessage.of(describe(scope, invocation, error)), { headers });
    };
  }
  return { "~deadLetter": send };
}

function isEgress(target: unknown): target is Egress<never> {
  return isRecord(target) && "to" in target && formatOf(target) !== undefined;
}

function describe(scope: BatchScope, invocation: Invocation, error: unknown): FailedMessage {
  const { caller, argument } = invocation;
  const { typename, id } = scope.self;
  return {
    target: { typename, id },
    ...(caller === undefined ? {} : { caller: { typename: caller.typename, id: caller.id } }),
    typename: argument.typename,
    payload: base64FromBytes(argument.bytes ?? noBytes),
    error: {
      code: error instanceof StateFunError ? error.code : "non_retryable",
      message: error instanceof Error ? error.message : String(error),
    },
  };
}
