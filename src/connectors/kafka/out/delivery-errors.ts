import { NonRetryableError, StateFunError } from "../../../internal/errors.ts";
import { peek, reasonOf } from "../../../internal/show.ts";
import { isBrokerError } from "../client/broker-errors.ts";
import { causesOf, reasonsOf } from "../client/client-reasons.ts";

/** What brokers say of a record that they will never take, by the names of the protocol. */
const unfit: readonly string[] = [
  "MESSAGE_TOO_LARGE",
  "RECORD_LIST_TOO_LARGE",
  "INVALID_TOPIC_EXCEPTION",
  "INVALID_RECORD",
  "INVALID_TIMESTAMP",
  "UNSUPPORTED_FOR_MESSAGE_FORMAT",
];

/**
 * Why a record was not taken. `unfit`: no broker takes it as it is. `refused`: not by this topic, which is missing or forbidden.
 * `passing`: not now.
 */
export type Refusal = "unfit" | "refused" | "passing";

export function refusalOf(error: unknown): Refusal {
  if (isBrokerError(error, ...unfit)) return "unfit";
  const names = ["UNKNOWN_TOPIC_OR_PARTITION", "TOPIC_AUTHORIZATION_FAILED"];
  return isBrokerError(error, ...names) || isUnknownTopic(error) ? "refused" : "passing";
}

/** The client has its own error in place of that of the broker. */
function isUnknownTopic(error: unknown): boolean {
  for (const one of causesOf(error)) if (/^Unknown topic /.test(reasonOf(one))) return true;
  return false;
}

/** As reported to the engine: a retry can help. */
export function untilLater(egress: string, topic: string, error: unknown): StateFunError {
  return new StateFunError("unavailable", textOf(egress, topic, error), { cause: error });
}

/** As above, and no retry can help. */
export function forGood(egress: string, topic: string, error: unknown): NonRetryableError {
  return new NonRetryableError(textOf(egress, topic, error), { cause: error });
}

function textOf(egress: string, topic: string, error: unknown): string {
  const isForbidden = isBrokerError(error, "TOPIC_AUTHORIZATION_FAILED");
  const reason = isForbidden
    ? `writing to topic ${topic} is forbidden: the ACLs do not allow this client`
    : reasonsOf(error);
  return `records of ${egress} were not accepted: ${reason}`;
}

/** The partitions, `topic/partition`, whose part of a failed request was taken. */
export function takenPartitions(error: unknown): ReadonlySet<string> {
  const taken = new Set<string>();
  for (const one of causesOf(error)) {
    const responses: unknown = peek(peek(one, "response"), "responses");
    if (!Array.isArray(responses)) continue;
    for (const { name, partitionResponses } of responses.map(Object)) {
      if (!Array.isArray(partitionResponses)) continue;
      for (const { index, errorCode } of partitionResponses.map(Object)) {
        if (errorCode === 0) taken.add(`${name}/${index}`);
      }
    }
  }
  return taken;
}
