import type { DeadHead, DeadRecord } from "../engine/contract/records.ts";

/** Of a store that has the whole record at hand. */
export function deadHeadOf(record: DeadRecord): DeadHead {
  const { number, target, code, reason, failedAt, egress } = record;
  return { number, typename: target.typename, code, reason, failedAt, egress };
}
