import { StateFunError } from "../../internal/errors.ts";
import type { LinkAnswer } from "../contract/links.ts";

/** Where a link stands at its sender. */
interface Sent {
  readonly link: string;
  readonly epoch: number;
  readonly base: number;
  readonly acknowledged: number;
}

/** What an older run has left for so long that its receiver may have forgotten the link. */
export function takenAsAcknowledged(link: string, oldest: number, last: number): StateFunError {
  // Nothing says which of the two it was: a window for every acknowledgement would be billed.
  const text =
    `nothing was stored for six days while messages ${oldest} to ${last} for partition ${link} were in the outbox: they are taken as ` +
    "acknowledged, and are not sent again. If this partition could not be opened for so long, check whether they arrived";
  return new StateFunError("unavailable", text);
}

/** An answer that does not fit what was sent. */
export function noProgress(
  { link, epoch, base, acknowledged }: Sent,
  answer: LinkAnswer,
): StateFunError {
  const sent = `message ${acknowledged + 1 - base} of epoch ${epoch}`;
  const text = `partition ${link} answered ${JSON.stringify(answer)} to ${sent}: one of the two partitions has lost its position`;
  return new StateFunError("unavailable", text);
}
