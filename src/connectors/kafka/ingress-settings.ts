import type { KafkaModule } from "./client/client.ts";
import type { ResolvedConnection } from "./client/connection.ts";
import type { Troubles } from "./client/troubles.ts";
import type { IngressTimes } from "./in/ingress-times.ts";
import type { OnInvalid } from "./in/invalid-records.ts";
import type { OpenRecords } from "./in/open-records.ts";
import type { RecordRoute } from "./in/record-routes.ts";

/**
 * Where a partition begins of which neither the store nor the group knows. A position in the store wins, then the offset of the
 * group.
 */
export type StartupPosition =
  | "group-offsets"
  | "earliest"
  | "latest"
  /** By `topic/partition`; for the others as for `group-offsets`. */
  | { readonly offsets: Readonly<Record<string, bigint>> }
  /** The first record that is as old as this, or younger. */
  | { readonly timestampMs: number };

/** How the records of a topic are read. */
export interface TopicSettings {
  readonly typename: string;
  readonly route: RecordRoute;
  /** Of encrypted values: before they are routed. */
  readonly open?: OpenRecords | undefined;
}

/** An ingress after its checks. */
export interface IngressSettings {
  readonly typename: string;
  readonly connection: ResolvedConnection;
  readonly group: string;
  readonly topics: ReadonlyMap<string, TopicSettings>;
  readonly startupPosition: StartupPosition;
  readonly autoOffsetReset: "earliest" | "latest";
  readonly onInvalid: OnInvalid;
}

/** What the parts of a running ingress share. */
export interface IngressParts {
  readonly settings: IngressSettings;
  readonly kafka: KafkaModule;
  readonly times: IngressTimes;
  readonly troubles: Troubles;
  /** Aborted when the ingress stops. */
  readonly signal: AbortSignal;
}

/** The name of a source in the store, for good. */
export function sourceOf(ingress: string, topic: string, partition: number): string {
  return `${ingress}/${topic}/${partition}`;
}
