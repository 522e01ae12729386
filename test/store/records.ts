import type {
  AcceptedRecord,
  DeadRecord,
  EgressRow,
  MessageRecord,
  OutboxRecord,
  TimerRecord,
} from "../../src/engine/contract/records.ts";
import type { CellWrite, LinkWindow } from "../../src/engine/contract/store.ts";
import type { WireAddress, WireHeader, WireValue } from "../../src/model/invocation.ts";

/** Records with everything that a case does not care about filled in. */

export function address(id: string, typename = "demo/fn"): WireAddress {
  return { typename, id };
}

export function value(
  bytes: Uint8Array | string | undefined,
  headers: readonly WireHeader[] = [],
): WireValue {
  const encoded = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  return { typename: "demo/Text", bytes: encoded, headers };
}

export function cell(number: number, parts: Partial<CellWrite> = {}): CellWrite {
  return {
    cell: number,
    address: address("a"),
    name: `state${number}`,
    value: value(`cell ${number}`),
    expiresAt: undefined,
    ...parts,
  };
}

export function message(number: number, parts: Partial<MessageRecord> = {}): MessageRecord {
  return {
    number,
    target: address("a"),
    caller: address("b", "demo/caller"),
    argument: value(`message ${number}`),
    attempts: 0,
    crashes: 0,
    ...parts,
  };
}

export function timer(number: number, parts: Partial<TimerRecord> = {}): TimerRecord {
  return {
    number,
    dueAt: number,
    owner: "demo/fn/a",
    token: undefined,
    target: address("a"),
    caller: address("a"),
    argument: value(`timer ${number}`),
    ...parts,
  };
}

export function record(number: number, parts: Partial<EgressRow> = {}): EgressRow {
  return {
    number,
    egress: "demo/out",
    from: address("a"),
    argument: value(`record ${number}`),
    expiresAt: undefined,
    ...parts,
  };
}

export function dead(number: number, parts: Partial<DeadRecord> = {}): DeadRecord {
  return {
    number,
    target: address("a"),
    caller: undefined,
    argument: value(`dead ${number}`),
    code: "non_retryable",
    reason: "it was no use",
    attempts: 8,
    failedAt: 5,
    egress: undefined,
    ...parts,
  };
}

export function accepted(
  key: string,
  number: number,
  parts: Partial<AcceptedRecord> = {},
): AcceptedRecord {
  return {
    target: address("a"),
    key,
    digest: `digest of ${key}`,
    number,
    call: undefined,
    expiresAt: 1_000_000,
    outcome: undefined,
    ...parts,
  };
}

export function outgoing(
  link: string,
  number: number,
  parts: Partial<OutboxRecord> = {},
): OutboxRecord {
  return {
    link,
    number,
    target: address("far"),
    caller: address("a"),
    argument: value(`outgoing ${number}`),
    ...parts,
  };
}

/** A window with nothing in it but its head. */
export function emptyWindow(sequence: number): LinkWindow {
  return {
    sequence,
    opener: "opener",
    openedAt: 1,
    time: 10,
    lastNumber: 0,
    lastCell: 0,
    identity: "identity",
    isClean: false,
    cells: [],
    renewed: [],
    messages: { added: [], removed: [] },
    attempts: [],
    timers: { added: [], removed: [] },
    egress: { added: [], removed: [] },
    dead: { added: [], removed: [] },
    paused: { added: [], removed: [] },
    accepted: [],
    positions: [],
    outbox: { added: [], removed: [] },
    linksOut: { added: [], removed: [] },
    linksIn: { added: [], removed: [] },
    keep: [],
  };
}

export function added<T>(...items: readonly T[]): {
  added: readonly T[];
  removed: readonly never[];
} {
  return { added: items, removed: [] };
}

export function removed<K>(...keys: readonly K[]): {
  added: readonly never[];
  removed: readonly K[];
} {
  return { added: [], removed: keys };
}
