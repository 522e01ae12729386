import { backOffMs, type deliveryRetry } from "../../model/back-off.ts";
import type { Clock } from "../../model/clock.ts";
import type { LinkRun } from "../contract/links.ts";

/** One link as its sender knows it. Numbers are those of the outbox. */
export interface Sender {
  readonly link: string;
  /** It leads to a part of the directory, which needs no numbers: notes say themselves which one is the later. */
  readonly isToDirectory: boolean;
  epoch: number;
  /** The epoch that survives a crash: under another one nothing travels. */
  durableEpoch: number;
  base: number;
  last: number;
  runs: readonly LinkRun[];
  /** Everything up to here was acknowledged. */
  acknowledged: number;
  /** Everything up to here may have been sent, by this run or an earlier one. */
  tried: number;
  /** The last batch found its receiver out of memory, or of processor time. */
  isOutOfResources: boolean;
  /** An earlier run left what is up to here: it may have been acknowledged. */
  readonly leftover: number;
  /** Everything up to here survives a crash, and may travel. */
  durable: number;
  usedAt: number;
  failures: number;
  /** How often in a row the receiver was full; counted from 1 again after it took something. */
  refusals: number;
  /** How long it waits at least after a failure, or after its receiver was full: as long as it has waited in an earlier run. */
  firstWaitMs: number;
  /** It waits for longer than its failures alone would have it: nothing new has come for so long. */
  hasLongWait: boolean;
  state: "idle" | "running" | "waiting";
  cancel: (() => void) | undefined;
}

/** The sender sends nothing until `then`, which is called after the delay. */
export function beginWait(sender: Sender, clock: Clock, delayMs: number, then: () => void): void {
  sender.state = "waiting";
  sender.cancel = clock.after(delayMs, () => {
    endWait(sender);
    then();
  });
}

function endWait(sender: Sender): void {
  sender.cancel?.();
  sender.cancel = undefined;
  sender.state = "idle";
}

/** What is new has not waited in an earlier run, and does not wait for what has. */
export function forgetRest(sender: Sender, firstWaitMs: number): void {
  const hasRested = sender.hasLongWait || sender.firstWaitMs > firstWaitMs;
  if (hasRested && sender.state === "waiting") endWait(sender);
  sender.firstWaitMs = firstWaitMs;
  sender.hasLongWait = false;
}

/** How long a link waits. An object has an alarm for each try, and a run for each alarm: what it has waited in earlier ones it can wait again. */
export function backOffOf(
  { firstWaitMs }: Pick<Sender, "firstWaitMs">,
  retry: typeof deliveryRetry,
  times: number,
  random: () => number,
): number {
  const initialDelayMs = Math.max(retry.initialDelayMs, firstWaitMs);
  return backOffMs({ ...retry, initialDelayMs }, times, random);
}
