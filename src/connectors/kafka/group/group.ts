import { StateFunError } from "../../../internal/errors.ts";
import { isBrokerError } from "../client/broker-errors.ts";
import { type CommittedPosition, committedFrom } from "../client/log-position.ts";
import type { BrokerAddress, Requests } from "../client/requests.ts";

/** Who this is in a group, by what the coordinator gave it. */
export interface Member {
  readonly id: string;
  readonly generation: number;
}

export interface Joined extends Member {
  readonly isLeader: boolean;
  readonly protocol: string;
  /** All members, where this one is the leader: it shares out the partitions. */
  readonly members: readonly GroupMember[];
}

export interface GroupMember {
  readonly memberId: string;
  readonly groupInstanceId?: string | null;
  readonly metadata: Uint8Array;
}

/** An offset for the group. */
export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly metadata: string;
}

export interface GroupSettings {
  readonly group: string;
  readonly instance: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly requestTimeoutMs: number;
}

interface JoinResponse {
  readonly generationId: number;
  readonly protocolName: string;
  readonly leader: string;
  readonly memberId: string;
  readonly members: readonly GroupMember[];
}

interface OffsetsResponse {
  readonly groups?: readonly { readonly topics: readonly OffsetsOfTopic[] }[];
  readonly topics?: readonly OffsetsOfTopic[];
}

interface OffsetsOfTopic {
  readonly partitions: readonly {
    readonly partitionIndex: number;
    readonly committedOffset: bigint;
    readonly metadata: string | null;
    readonly errorCode: number;
  }[];
}

/** The requests of the classic group protocol, to whichever broker coordinates the group. */
export class Group {
  readonly settings: GroupSettings;
  readonly #requests: Requests;
  #coordinator: BrokerAddress | undefined;

  constructor(requests: Requests, settings: GroupSettings) {
    this.#requests = requests;
    this.settings = settings;
  }

  /** Waits for the others, for at most the time of a rebalance. */
  async join(memberId: string, protocol: string, metadata: Uint8Array): Promise<Joined> {
    const { group, instance, sessionTimeoutMs, rebalanceTimeoutMs } = this.settings;
    const protocols = [{ name: protocol, metadata }];
    const times = [sessionTimeoutMs, rebalanceTimeoutMs];
    const args = [group, ...times, memberId, instance, "consumer", protocols, ""];
    const response = await this.#send<JoinResponse>("JoinGroup", args, rebalanceTimeoutMs);
    const { memberId: id, generationId: generation, protocolName, leader, members } = response;
    return { id, generation, isLeader: leader === id, protocol: protocolName, members };
  }

  /** The leader gives the assignments of all, the others none; each gets its own. */
  async sync(
    { id, generation, protocol }: Joined,
    assignments: readonly { readonly memberId: string; readonly assignment: Uint8Array }[],
  ): Promise<Uint8Array> {
    const { group, instance, rebalanceTimeoutMs } = this.settings;
    const args = [group, generation, id, instance, "consumer", protocol, assignments];
    type Response = { readonly assignment: Uint8Array };
    return (await this.#send<Response>("SyncGroup", args, rebalanceTimeoutMs)).assignment;
  }

  async heartbeat({ id, generation }: Member): Promise<void> {
    const { group, instance } = this.settings;
    await this.#send("Heartbeat", [group, generation, id, instance]);
  }

  async leave({ id }: Member): Promise<void> {
    const { group, instance } = this.settings;
    const member = { memberId: id, groupInstanceId: instance, reason: null };
    await this.#send("LeaveGroup", [group, [member]]);
  }

  /**
   * Rejects when a partition belongs to another member according to the group. Topics that are gone or forbidden
   * are skipped.
   */
  async commit({ id, generation }: Member, offsets: readonly CommittedOffset[]): Promise<void> {
    const topics = new Map<string, object[]>();
    for (const { topic, partition, offset, metadata } of offsets) {
      const partitions = topics.get(topic) ?? [];
      topics.set(topic, partitions);
      partitions.push({
        partitionIndex: partition,
        committedOffset: offset,
        committedLeaderEpoch: -1,
        committedMetadata: metadata,
      });
    }
    if (topics.size === 0) return;
    const { group, instance } = this.settings;
    const list = Array.from(topics, ([name, partitions]) => ({ name, partitions }));
    await this.#send("OffsetCommit", [group, generation, id, instance, list]).catch((error) => {
      const passing = ["UNKNOWN_TOPIC_OR_PARTITION", "TOPIC_AUTHORIZATION_FAILED"];
      if (!isBrokerError(error, ...passing) || isBrokerError(error, ...refusals)) throw error;
    });
  }

  /** What the group knows of the partitions of a topic. */
  async committed(topic: string, count: number): Promise<ReadonlyMap<number, CommittedPosition>> {
    const partitionIndexes = Array.from({ length: count }, (_, index) => index);
    const topics = [{ name: topic, partitionIndexes }];
    const groups = [{ groupId: this.settings.group, memberId: null, memberEpoch: -1, topics }];
    const response = await this.#send<OffsetsResponse>("OffsetFetch", [groups, false]);
    const found = new Map<number, CommittedPosition>();
    // Older versions have one group, and do not name it.
    const all = response.groups?.[0]?.topics ?? response.topics ?? [];
    for (const { partitionIndex, committedOffset, metadata } of all[0]?.partitions ?? []) {
      if (committedOffset < 0n) continue;
      found.set(partitionIndex, committedFrom(committedOffset, metadata));
    }
    return found;
  }

  async #send<T>(name: string, args: readonly unknown[], waitMs: number = 0): Promise<T> {
    const timeoutMs = this.settings.requestTimeoutMs + waitMs;
    try {
      this.#coordinator ??= await this.#find();
      const to = this.#coordinator;
      return await this.#requests.send<T>({ name, to, timeoutMs, args: () => args });
    } catch (error) {
      // Whatever it was unless the coordinator says that it was asked for nothing: the next one is looked for.
      if (!isBrokerError(error, ...refusals)) this.#coordinator = undefined;
      throw error;
    }
  }

  async #find(): Promise<BrokerAddress> {
    const { group, requestTimeoutMs: timeoutMs } = this.settings;
    type Response = { readonly coordinators: readonly BrokerAddress[] };
    const args = (): readonly unknown[] => [0, [group]];
    const { coordinators } = await this.#requests.send<Response>({
      name: "FindCoordinator",
      timeoutMs,
      args,
    });
    const [found] = coordinators;
    if (found !== undefined) return { host: found.host, port: found.port };
    throw new StateFunError("unavailable", `group ${group} has no coordinator now`);
  }
}

/** What the right coordinator says to a member. */
const refusals: readonly string[] = [
  "REBALANCE_IN_PROGRESS",
  "ILLEGAL_GENERATION",
  "UNKNOWN_MEMBER_ID",
  "FENCED_INSTANCE_ID",
  "MEMBER_ID_REQUIRED",
];
