import { NonRetryableError, StateFunError } from "../../internal/errors.ts";
import { peek } from "../../internal/show.ts";
import { causesOf, reasonsOf } from "./client-reasons.ts";

/** What brokers say of a record that they will never take, by the names of the protocol. */
const hopeless: ReadonlySet<unknown> = /* @__PURE__ */ new Set([
  "MESSAGE_TOO_LARGE",
  "RECORD_LIST_TOO_LARGE",
  "INVALID_TOPIC_EXCEPTION",
  "INVALID_RECORD",
  "INVALID_TIMESTAMP",
  "UNSUPPORTED_FOR_MESSAGE_FORMAT",
]);

/** Whether a retry can help, said with the reasons of the broker. */
export function deliveryError(egress: string, error: unknown): Error {
  const causes = [...causesOf(error)];
  const worst = causes.find((one) => hopeless.has(peek(one, "apiId")));
  const text = `records of ${egress} were not taken: ${reasonsOf(error)}`;
  if (worst !== undefined) return new NonRetryableError(text, { cause: error });
  return new StateFunError("unavailable", text, { cause: error });
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
