import type {
  AcceptedRecord,
  DeadRecord,
  EgressRow,
  MessageRecord,
  OutboxRecord,
  TimerRecord,
} from "../../engine/contract/records.ts";
import { copyOf } from "../../internal/bytes.ts";
import type { WireAddress, WireValue } from "../../model/invocation.ts";

/** Copies for reads of the memory store, so that changing them does not change the store. */

export function copyOfValue({ typename, bytes, headers }: WireValue): WireValue {
  return {
    typename,
    bytes: bytes && copyOf(bytes),
    headers: headers.map(({ key, value }) => ({ key, value: value && copyOf(value) })),
  };
}

function copyOfAddress({ typename, id }: WireAddress): WireAddress {
  return { typename, id };
}

/** Of the part that every kind of message has. */
function copyOfMessage<T extends MessageRecord | TimerRecord | DeadRecord | OutboxRecord>(
  record: T,
): T {
  const { target, caller, argument } = record;
  return {
    ...record,
    target: copyOfAddress(target),
    caller: caller && copyOfAddress(caller),
    argument: copyOfValue(argument),
  };
}

export function copiesOf<T extends MessageRecord | TimerRecord | DeadRecord | OutboxRecord>(
  records: readonly T[],
): T[] {
  return records.map(copyOfMessage);
}

export function copyOfTimer(timer: TimerRecord | undefined): TimerRecord | undefined {
  return timer && copyOfMessage(timer);
}

export function copyOfDead(dead: DeadRecord | undefined): DeadRecord | undefined {
  return dead && copyOfMessage(dead);
}

export function copyOfEgress(row: EgressRow): EgressRow {
  return { ...row, from: copyOfAddress(row.from), argument: copyOfValue(row.argument) };
}

export function copyOfAccepted(record: AcceptedRecord | undefined): AcceptedRecord | undefined {
  if (record === undefined) return undefined;
  const { target, outcome } = record;
  return {
    ...record,
    target: copyOfAddress(target),
    outcome:
      outcome?.kind === "reply"
        ? { kind: "reply", value: copyOfValue(outcome.value) }
        : outcome && { ...outcome },
  };
}
