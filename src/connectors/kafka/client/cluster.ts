import { StateFunError } from "../../../internal/errors.ts";
import { code, partialResponse, refusal } from "./broker-errors.ts";
import type { BrokerAddress, Requests } from "./requests.ts";

/** A topic that is there. */
export interface Topic {
  /** Of its log: another one after it was deleted and created again. Empty where brokers have none, before 2.8. */
  readonly id: string;
  /** The leader of each partition; -1 if there is none now. */
  readonly leaders: readonly number[];
}

/** What a cluster was seen to have. */
export interface Cluster {
  readonly brokers: ReadonlyMap<number, BrokerAddress>;
  readonly topics: ReadonlyMap<string, Topic>;
  /** Topics that were asked for and cannot be read, and why. */
  readonly missing: ReadonlyMap<string, StateFunError>;
}

interface MetadataResponse {
  readonly brokers: readonly (BrokerAddress & { readonly nodeId: number })[];
  readonly topics: readonly {
    readonly errorCode: number;
    readonly name: string | null;
    readonly topicId?: string;
    readonly partitions: readonly { readonly partitionIndex: number; readonly leaderId: number }[];
  }[];
}

const noId = "00000000-0000-0000-0000-000000000000";

/** Asks for topics: one that is missing or forbidden says nothing of the others. */
export async function describeCluster(
  requests: Requests,
  topics: readonly string[],
  timeoutMs: number,
): Promise<Cluster> {
  const args = (): readonly unknown[] => [topics, false, false];
  const request = { name: "Metadata", timeoutMs, args };
  const response = await requests
    .send<MetadataResponse>(request)
    .catch((error) => partialResponse<MetadataResponse>(error));
  const brokers = new Map(response.brokers.map(({ nodeId, ...one }) => [nodeId, one]));
  requests.discovered(brokers.values());
  const found = new Map<string, Topic>();
  const missing = new Map<string, StateFunError>();
  for (const { errorCode, name, topicId, partitions } of response.topics) {
    if (name === null) continue;
    if (errorCode !== code.none || partitions.length === 0) {
      const text = refusal(`topic ${name}`, errorCode);
      missing.set(name, new StateFunError("unavailable", text));
      continue;
    }
    const leaders = Array.from({ length: partitions.length }, () => -1);
    for (const { partitionIndex, leaderId } of partitions) leaders[partitionIndex] = leaderId;
    found.set(name, { id: topicId === undefined || topicId === noId ? "" : topicId, leaders });
  }
  return { brokers, topics: found, missing };
}
