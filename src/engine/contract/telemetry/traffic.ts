import type { WireAddress } from "../../../model/invocation.ts";
import type { Completed } from "../../../model/outcome.ts";
import type { Arrival } from "../arrival.ts";
import type { TimerRecord } from "../records.ts";
import type { SourceMessage } from "../source-batch.ts";

/**
 * Counts what goes where, by names and never by ids. It hears of each message once, however often it is tried. It hears of what is in
 * memory, so a crash may take back what was counted. It throws nothing.
 */
export interface Traffic {
  /** What a step did was applied. */
  applied(from: WireAddress, completed: Completed): void;
  /** The time of a delayed message has come. */
  fired(timer: Pick<TimerRecord, "caller" | "target">): void;
  /** A message from outside was accepted, and is no duplicate. */
  accepted(arrival: Pick<Arrival, "target" | "delayMs" | "way">): void;
  /** A batch of an ingress was taken. */
  ingested(ingress: string, messages: readonly SourceMessage[]): void;
}
