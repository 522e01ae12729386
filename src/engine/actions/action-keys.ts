import { bytesFromText, noBytes, textFromBytes } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import { isCount } from "../../model/guards.ts";
import { plainValue, type WireValue } from "../../model/invocation.ts";
import type { Action, ActionResult, OrderedBy } from "../contract/actions.ts";
import { digestOf, messageDigest } from "../ingress/payload-digest.ts";
import type { Partition } from "../partition.ts";
import { adminAddress } from "../routing/system-addresses.ts";

const resultTypename = "statefun/ActionResult";

/** Also of what is about the whole store. */
export type Recorded = Action | { readonly kind: "abandon-import" };

/** Somebody's. */
export interface RecordedOrder extends OrderedBy {
  readonly action: Recorded;
}

/** An action with the digest of its value in the place of the value. */
export function withoutValue(action: Recorded): object {
  if (!("value" in action)) return action;
  const { value, ...rest } = action;
  const digest = messageDigest(plainValue(value));
  if (action.kind !== "send") return { ...rest, digest };
  const { typename, bytes = noBytes } = value;
  return { ...rest, messageTypename: typename, size: bytes.length, digest };
}

/** What this key has led to already. Throws for a key of another action. */
export function resultOf(
  { calls }: Partition,
  { action, key }: RecordedOrder,
): ActionResult | undefined {
  const record = calls.accepted(adminAddress, key);
  if (record === undefined) return undefined;
  if (record.digest !== digestOfAction(action) || record.outcome?.kind !== "reply") {
    const text = `idempotency key ${show(key)} was already used for another action: use a new key`;
    throw new StateFunError("idempotency_conflict", text);
  }
  return { ...resultFrom(record.outcome.value), isDuplicate: true };
}

/** Remembers what an action has led to, in the open window. */
export function rememberResult(
  { calls, journal, options: { idempotencyRetentionMs } }: Partition,
  { action, key }: RecordedOrder,
  { count, next, id }: ActionResult,
): void {
  const bytes = bytesFromText(JSON.stringify({ count, next, id }));
  calls.accept({
    target: adminAddress,
    key,
    digest: digestOfAction(action),
    number: journal.nextNumber(),
    call: undefined,
    expiresAt: journal.now() + idempotencyRetentionMs,
    outcome: { kind: "reply", value: { typename: resultTypename, bytes, headers: [] } },
  });
}

/** The same for the same action, in whatever order its fields come. */
function digestOfAction(action: Recorded): string {
  const text = JSON.stringify(withoutValue(action), (_, value: unknown) =>
    typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
  return digestOf({ typename: adminAddress.typename, bytes: bytesFromText(text), headers: [] });
}

function resultFrom({ bytes = noBytes }: WireValue): Pick<ActionResult, "count" | "next" | "id"> {
  const { count, next, id } = Object(JSON.parse(textFromBytes(bytes)));
  if (!isCount(count)) throw new StateFunError("store_failed", "a stored result cannot be read");
  return {
    count,
    ...(isCount(next) ? { next } : {}),
    ...(typeof id === "string" ? { id } : {}),
  };
}
