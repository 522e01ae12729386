import { invalid } from "../../../internal/assert.ts";
import { show } from "../../../internal/show.ts";
import type { KafkaConnection } from "../client/connection.ts";

/**
 * What happens to records that brokers refuse. `wait`: they are retried for as long as it takes, and later records
 * of their topic wait behind them. `dead-letter`: they become dead letters, which can be replayed. `drop`: they
 * are dropped, and each is reported to `onError`. Other topics continue in any case.
 */
export type RefusedRecords = "wait" | "dead-letter" | "drop";

export interface KafkaDeliveryOptions extends KafkaConnection {
  /**
   * For records whose topic has been missing or forbidden for ten seconds, and for records that no broker accepts
   * because they are too large. @default `wait` for the former, `dead-letter` for the latter: nothing is lost, and
   * nothing stops for good
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
