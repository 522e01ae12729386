import { invalid } from "../../../internal/assert.ts";
import { show } from "../../../internal/show.ts";
import type { KafkaConnection } from "../client/connection.ts";

/**
 * What becomes of records that brokers refuse. `wait`: they are tried again for as long as it takes, and later records of their
 * topic wait behind them. `dead-letter`: they become dead letters, which can be replayed. `drop`: they are thrown away, each told
 * to `onError`. Other topics go on in any case.
 */
export type RefusedRecords = "wait" | "dead-letter" | "drop";

export interface KafkaDeliveryOptions extends KafkaConnection {
  /**
   * For records whose topic is missing or forbidden (told so for ten seconds), and for those that no broker takes, being too large
   * for one. @default `wait` for the former, `dead-letter` for the latter: nothing is lost, and nothing stands still for good
   */
  readonly onRefused?: RefusedRecords;
}

export function assertOnRefused(onRefused: unknown, what: string): void {
  if (onRefused === undefined || ["wait", "dead-letter", "drop"].includes(onRefused as string))
    return;
  throw invalid(
    `onRefused of ${what} must be "wait", "dead-letter" or "drop", got ${show(onRefused)}`,
  );
}
