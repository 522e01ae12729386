import { StateFunError } from "../../internal/errors.ts";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";

/** Throws where what waits in all mailboxes has reached the bound: one message more is let in as long as it has not. */
export function assertRoom(
  { pending, pendingBytes }: Pick<Mailboxes, "pending" | "pendingBytes">,
  maxPendingBytes: number,
): void {
  if (pendingBytes < maxPendingBytes) return;
  const text = `${pending} waiting messages have reached the limit of ${maxPendingBytes} bytes: try again later`;
  throw new StateFunError("unavailable", text);
}
