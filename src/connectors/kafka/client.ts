/**
 * What is used of `@platformatic/kafka`, as its 2.12 has it. Written down here because the package is optional: types
 * that name it would not compile where it is not installed.
 */
export interface KafkaModule {
  readonly Consumer: new (options: ConsumerSettings) => ConsumerClient;
  readonly Producer: new (options: ProducerSettings) => ProducerClient;
  /** The hash by which Java's producers choose a partition. */
  readonly compatibilityPartitioner: (message: unknown, key: Uint8Array) => number;
}

export interface ClientSettings {
  readonly clientId: string;
  readonly bootstrapBrokers: readonly string[];
  readonly retries: number;
  readonly [name: string]: unknown;
}

export interface ConsumerSettings extends ClientSettings {
  readonly groupId: string;
  /**
   * Asked before every request to join: the only place where a member can still finish something before its partitions
   * are given away.
   */
  readonly protocolsMetadata?: () => Promise<Uint8Array>;
}

export interface ProducerSettings extends ClientSettings {
  readonly idempotent: true;
}

export interface ClusterMetadata {
  readonly topics: ReadonlyMap<
    string,
    {
      readonly id: string;
      readonly partitionsCount: number;
      readonly partitions: Readonly<Record<number, { readonly leader: number }>>;
    }
  >;
}

interface Client {
  metadata(options: {
    readonly topics: readonly string[];
    readonly forceUpdate?: boolean;
    readonly autocreateTopics?: boolean;
  }): Promise<ClusterMetadata>;
  clearMetadata(): void;
  close(force?: boolean): Promise<void>;
}

export interface ConsumerClient extends Client {
  readonly topics: { trackAll(...topics: readonly string[]): unknown };
  on(event: "consumer:group:join", listener: (join: { assignments?: Assignment[] }) => void): void;
  on(event: "error", listener: (error: unknown) => void): void;
  joinGroup(): Promise<unknown>;
  leaveGroup(force?: boolean): Promise<void>;
  fetch(request: {
    readonly node: number;
    readonly topics: readonly FetchTopic[];
    readonly maxWaitTime: number;
  }): Promise<FetchResponse>;
  commit(request: { readonly offsets: readonly CommittedOffset[] }): Promise<void>;
  listOffsets(request: {
    readonly topics: readonly string[];
    readonly partitions: Readonly<Record<string, readonly number[]>>;
    readonly timestamp: bigint;
  }): Promise<ReadonlyMap<string, readonly (bigint | undefined)[]>>;
  listCommittedOffsets(request: {
    readonly topics: readonly Assignment[];
  }): Promise<ReadonlyMap<string, readonly (bigint | undefined)[]>>;
}

export interface Assignment {
  readonly topic: string;
  readonly partitions: readonly number[];
}

export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly leaderEpoch: number;
}

export interface FetchTopic {
  readonly topicId: string;
  readonly partitions: readonly {
    readonly partition: number;
    readonly fetchOffset: bigint;
    readonly partitionMaxBytes: number;
    readonly currentLeaderEpoch: number;
    readonly lastFetchedEpoch: number;
  }[];
}

export interface FetchResponse {
  readonly responses: readonly {
    readonly topicId: string;
    readonly partitions: readonly FetchedPartition[];
  }[];
}

export interface FetchedPartition {
  readonly partitionIndex: number;
  readonly errorCode: number;
  readonly highWatermark: bigint;
  readonly abortedTransactions: readonly AbortedTransaction[] | null;
  readonly records?: readonly RecordBatch[] | null;
}

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

export interface RecordBatch {
  readonly firstOffset: bigint;
  readonly attributes: number;
  readonly lastOffsetDelta: number;
  readonly firstTimestamp: bigint;
  readonly maxTimestamp: bigint;
  readonly producerId: bigint;
  readonly records: readonly RawRecord[];
}

export interface RawRecord {
  readonly timestampDelta: bigint;
  readonly offsetDelta: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [Uint8Array | null, Uint8Array | null])[];
}

export interface RecordToProduce {
  readonly topic: string;
  readonly partition: number;
  readonly key: Uint8Array | undefined;
  readonly value: Uint8Array;
  /** Of pairs, whose names may repeat: each name is an object of its own. */
  readonly headers: ReadonlyMap<Uint8Array, Uint8Array | null>;
}

export interface ProducerClient extends Client {
  send(request: {
    readonly messages: readonly RecordToProduce[];
    readonly idempotent: true;
  }): Promise<unknown>;
}
