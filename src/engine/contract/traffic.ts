/** How a message came in that no ingress gave. */
export type Entry = "client" | "http";

/**
 * Counts what goes where, by names and never by ids. Its methods are called for every message, once for each, whatever is tried again
 * before: when what a step did is applied, when a delayed message is due, and when a message from outside is accepted to be handled at
 * once. They are called in memory, so a crash may take back what was counted. They throw nothing.
 */
export interface Traffic {
  /** `to` may be the address of a caller, whose reply it is. */
  sent(from: string, to: string): void;
  emitted(from: string, egress: string): void;
  /** `from`: the function that has set the timer; undefined for a send from outside. */
  fired(from: string | undefined, to: string): void;
  ingested(ingress: string, to: string): void;
  entered(by: Entry, to: string): void;
}
