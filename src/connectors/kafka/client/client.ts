/**
 * What is used of `@platformatic/kafka`, as its 2.12 has it. Written down here because the package is optional: types
 * that name it would not compile where it is not installed.
 */
export interface KafkaModule {
  /** What the client's own classes are made of. Their methods are all-or-nothing over topics, so requests are sent by themselves. */
  readonly Base: new (
    options: ClientSettings,
  ) => RawClient;
  /** The names of its methods that find the version of a request, and a connection. */
  readonly kGetApi: symbol;
  readonly kGetConnection: symbol;
  readonly Producer: new (options: ProducerSettings) => ProducerClient;
  /** The hash by which Java's producers choose a partition. */
  readonly compatibilityPartitioner: (message: unknown, key: Uint8Array) => number;
  /** What members of a consumer group tell each other. */
  encodeConsumerProtocolSubscription(subscription: {
    readonly version: number;
    readonly topics: readonly string[];
    readonly userData: string;
  }): Uint8Array;
  decodeConsumerProtocolSubscription(bytes: Uint8Array): {
    readonly topics: readonly string[];
    readonly userData: Uint8Array | null;
  };
  encodeConsumerProtocolAssignment(assignment: {
    readonly version: number;
    readonly assignedPartitions: readonly Assignment[];
    readonly userData: string;
  }): Uint8Array;
  decodeConsumerProtocolAssignment(bytes: Uint8Array): {
    readonly assignedPartitions: readonly Assignment[];
    readonly userData: Uint8Array | null;
  };
}

export interface ClientSettings {
  readonly clientId: string;
  readonly bootstrapBrokers: readonly string[];
  readonly retries: number;
  readonly [name: string]: unknown;
}

export interface ProducerSettings extends ClientSettings {
  readonly idempotent: true;
}

/** Its methods by symbols take callbacks, see `Requests`. */
export interface RawClient {
  close(): Promise<void>;
  readonly [name: symbol]: unknown;
}

/** A connection to one broker. */
export interface Connection {
  close(): Promise<void>;
}

/** A request in the highest version that both sides know. Its arguments are the same in each. */
export interface Api {
  (connection: Connection, ...args: readonly unknown[]): void;
  readonly version: number;
}

export interface Assignment {
  readonly topic: string;
  readonly partitions: readonly number[];
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
  /** A broker that is nearer, where the settings say where this one is. */
  readonly preferredReadReplica?: number;
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
  /** Left out, the record is a tombstone. */
  readonly value: Uint8Array | undefined;
  /** Of pairs, whose names may repeat: each name is an object of its own. */
  readonly headers: ReadonlyMap<Uint8Array, Uint8Array | null>;
}

export interface ProducerClient {
  metadata(options: {
    readonly topics: readonly string[];
    readonly autocreateTopics?: boolean;
  }): Promise<{
    readonly topics: ReadonlyMap<string, { readonly partitionsCount: number }>;
  }>;
  close(force?: boolean): Promise<void>;
  send(request: {
    readonly messages: readonly RecordToProduce[];
    readonly idempotent: true;
  }): Promise<unknown>;
}
