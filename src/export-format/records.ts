import type { MovedCounts } from "../model/moved-counts.ts";

/**
 * The lines of an export, version 1: newline-delimited JSON in UTF-8, one object a line, LF after each.
 *
 *     header
 *     partition                 once for an engine with one store, once for each Durable Object (ascending by name)
 *       pause …                 records of the partition, in this order of kinds, and within a kind
 *       instance …              in ascending order without repetition: pauses and instances by function and id
 *       message …               (in the order of their UTF-8), positions by source, the others by number
 *       timer …
 *       record …
 *       dead-letter …
 *       key …
 *       position …
 *     end
 *
 * A reader refuses what is out of this order, so that lines which were lost, moved or repeated are noticed, and it refuses an
 * export without its end, or with other counts or another digest than its end says.
 */

/** What this code writes, and all that it reads. */
export const formatVersion = 1;

export interface ExportHeader {
  readonly kind: "statefun-export";
  readonly version: typeof formatVersion;
  /** What wrote it: "memory", "sqlite", "durable-objects", "flink". */
  readonly engine: string;
  /** Engine time of the last window that is in it, in milliseconds since 1970. The one part that differs between two exports of the same. */
  readonly time: number;
  /** Functions that were bound, with the names and typenames of their states. For readers: an import does not need it. */
  readonly functions: readonly ExportedFunction[];
}

export interface ExportedFunction {
  readonly typename: string;
  readonly states: readonly { readonly name: string; readonly type: string }[];
}

/** Begins the records of one store. */
export interface PartitionLine {
  readonly kind: "partition";
  /** Of a Durable Object its name; "" for an engine with one store. */
  readonly name: string;
  /** No number of the records that follow is greater. Numbers are unique within their partition. */
  readonly lastNumber: number;
}

export interface ExportedAddress {
  /** `namespace/name` */
  readonly function: string;
  readonly id: string;
}

/** A typed value. */
export interface ExportedValue {
  readonly type: string;
  /** In base64 (RFC 4648 §4, with padding). Absent where the wire says that there is no value. */
  readonly bytes?: string;
  /** In their order; a header without a value has no `value` (base64). */
  readonly headers?: readonly { readonly key: string; readonly value?: string }[];
  /** The same for people, where the type is bound and can be written as JSON. Ignored by an import. */
  readonly value?: unknown;
}

export interface ExportedState extends ExportedValue {
  /** Engine time from which on it counts as absent. */
  readonly expiresAt?: number;
}

/** States of an instance. Those of a large one stand in several lines, one behind another: names of a line are greater than those before it. */
export interface InstanceLine extends ExportedAddress {
  readonly kind: "instance";
  /** Never empty. Their order within a line means nothing: objects of JavaScript have names like "10" first. */
  readonly states: Readonly<Record<string, ExportedState>>;
}

/** A message that waits in the mailbox of `to`. */
export interface MessageLine {
  readonly kind: "message";
  readonly number: number;
  readonly to: ExportedAddress;
  /** Absent for one from outside. */
  readonly from?: ExportedAddress;
  readonly message: ExportedValue;
  /** Attempts that failed. Absent for none. */
  readonly attempts?: number;
  /** Runs in which the process ended. Absent for none. */
  readonly crashes?: number;
}

/** A message for later. */
export interface TimerLine {
  readonly kind: "timer";
  readonly number: number;
  /** Engine time. */
  readonly dueAt: number;
  /** Who can cancel it, as the engine writes it, and by which token. */
  readonly owner?: string;
  readonly token?: string;
  readonly to: ExportedAddress;
  readonly from?: ExportedAddress;
  readonly message: ExportedValue;
}

/** A record of an egress: one that is kept for reading if it expires, otherwise one that is not delivered yet. */
export interface RecordLine {
  readonly kind: "record";
  readonly number: number;
  readonly egress: string;
  readonly from: ExportedAddress;
  readonly record: ExportedValue;
  readonly expiresAt?: number;
}

export interface DeadLetterLine {
  readonly kind: "dead-letter";
  readonly number: number;
  readonly to: ExportedAddress;
  readonly from?: ExportedAddress;
  readonly message: ExportedValue;
  readonly code: string;
  readonly reason: string;
  readonly attempts: number;
  readonly failedAt: number;
  /** Of a record for an egress that was not bound; `to` is its sender then. */
  readonly egress?: string;
}

/** An idempotency key that was used. In the order of the numbers, which are unique among keys too. */
export interface KeyLine {
  readonly kind: "key";
  /** Of the message that it was used for. */
  readonly number: number;
  readonly to: ExportedAddress;
  readonly key: string;
  readonly digest: string;
  /** Of a call: where its reply goes. */
  readonly call?: string;
  readonly expiresAt: number;
  /** Of a call that has ended. */
  readonly outcome?:
    | { readonly kind: "reply"; readonly value: ExportedValue }
    | { readonly kind: "error"; readonly code: string; readonly reason: string };
}

/** How far a source (a partition of a Kafka topic) was read. */
export interface PositionLine {
  readonly kind: "position";
  readonly source: string;
  readonly position: string;
}

/** A function, or an instance if it has an id, that an operator has paused. */
export interface PauseLine {
  readonly kind: "pause";
  readonly function: string;
  readonly id?: string;
  readonly since: number;
  readonly who: string;
  readonly why?: string;
}

export type RecordOfPartition =
  | PauseLine
  | InstanceLine
  | MessageLine
  | TimerLine
  | RecordLine
  | DeadLetterLine
  | KeyLine
  | PositionLine;

/** How many there are of each; instances are counted once, however many lines they have. */
export interface ExportCounts extends MovedCounts {
  readonly partitions: number;
}

/** Nothing may follow it. */
export interface EndLine {
  readonly kind: "end";
  readonly counts: ExportCounts;
  /** SHA-256, in hexadecimal, of all bytes between the header's LF and this line. It names the export: an import that is repeated is known by it. */
  readonly sha256: string;
}

/**
 * The last line of a part of an export, in the place of the end: an engine of very many stores gives its export in parts, each with a
 * header of the same time. The next part begins behind the partition `after`. Parts are joined, with one header and one end, before anything else reads them.
 */
export interface MoreLine {
  readonly kind: "more";
  readonly after: string;
  /** Of this part, as those of an end. */
  readonly counts: ExportCounts;
  readonly sha256: string;
}

export type ExportLine = ExportHeader | PartitionLine | RecordOfPartition | EndLine | MoreLine;
