import { isRecord } from "../../../internal/assert.ts";
import { textFromBytes } from "../../../internal/bytes.ts";
import type { Assignment, KafkaModule } from "../client/client.ts";
import type { GroupMember } from "./group.ts";

/** The name under which members agree on how partitions are shared out. Java's `RoundRobinAssignor` has it too. */
export const protocol = "roundrobin";

/** What a member wants to read. */
export interface Subscription {
  readonly topics: readonly string[];
  /**
   * How many partitions the member sees in each topic: the leader of the group may not be allowed to see them.
   * Empty for a member of another library.
   */
  readonly counts: ReadonlyMap<string, number>;
}

/** A member with what it wants, for the leader. */
export interface Subscriber extends Subscription {
  readonly memberId: string;
  /** Its name over all its runs, if it has one. */
  readonly name: string;
  /** What it has said beside, to be said back to it. */
  readonly note: string;
}

/** Different in each life of a member, so that an assignment says for which of them it was made. */
export function noteOf(life: string, counts: ReadonlyMap<string, number>): string {
  return JSON.stringify({ statefun: life, partitions: Object.fromEntries(counts) });
}

export function encodeSubscription(
  kafka: KafkaModule,
  topics: Iterable<string>,
  note: string,
): Uint8Array {
  const subscription = { version: 1, topics: [...topics], userData: note };
  return kafka.encodeConsumerProtocolSubscription(subscription);
}

export function subscriberFrom(kafka: KafkaModule, member: GroupMember): Subscriber {
  const { memberId, groupInstanceId, metadata } = member;
  const { topics, userData } = kafka.decodeConsumerProtocolSubscription(metadata);
  const note = textOf(userData);
  return { memberId, name: groupInstanceId ?? memberId, topics, note, counts: countsOf(note) };
}

export function encodeAssignment(
  kafka: KafkaModule,
  assigned: ReadonlyMap<string, readonly number[]>,
  note: string,
): Uint8Array {
  const assignedPartitions = Array.from(assigned, ([topic, partitions]) => ({ topic, partitions }));
  return kafka.encodeConsumerProtocolAssignment({ version: 1, assignedPartitions, userData: note });
}

/** What a member was given, and the note for which it was made; an empty one where a leader of another library made it. */
export function assignmentFrom(
  kafka: KafkaModule,
  bytes: Uint8Array,
): { readonly partitions: readonly Assignment[]; readonly note: string } {
  const { assignedPartitions, userData } = kafka.decodeConsumerProtocolAssignment(bytes);
  return { partitions: assignedPartitions, note: textOf(userData) };
}

function textOf(bytes: Uint8Array | null): string {
  try {
    return bytes === null ? "" : textFromBytes(bytes);
  } catch {
    // Of another library.
    return "";
  }
}

function countsOf(note: string): ReadonlyMap<string, number> {
  try {
    const said: unknown = JSON.parse(note);
    if (!isRecord(said) || typeof said["statefun"] !== "string") return new Map();
    const entries = Object.entries(Object(said["partitions"]));
    return new Map(entries.filter((one): one is [string, number] => Number.isSafeInteger(one[1])));
  } catch {
    // Of another library.
    return new Map();
  }
}
