import { StateFunError } from "../../../internal/errors.ts";
import { code, partialResponse, refusal } from "../client/broker-errors.ts";
import type { Cluster } from "../client/cluster.ts";
import { nameOf, type Requests } from "../client/requests.ts";
import type { IngressTimes } from "./ingress-times.ts";

/** The first and the last offset, for lookups by time. */
export const earliest = -2n;
export const latest = -1n;

/** Finds offsets of the partitions of a topic by time: that of the first record which is as old, or younger. */
export type ListOffsets = (
  topic: string,
  partitions: readonly number[],
  timestamp: bigint,
) => Promise<ReadonlyMap<number, bigint>>;

interface Response {
  readonly topics: readonly {
    readonly partitions: readonly {
      readonly partitionIndex: number;
      readonly errorCode: number;
      readonly offset: bigint;
    }[];
  }[];
}

export function listsOffsets(
  requests: Requests,
  times: IngressTimes,
  cluster: () => Cluster | undefined,
): ListOffsets {
  return async (topic, partitions, timestamp) => {
    const found = new Map<number, bigint>();
    const byLeader = new Map<number, number[]>();
    for (const partition of partitions) {
      const leader = cluster()?.topics.get(topic)?.leaders[partition] ?? -1;
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition]);
    }
    const asked = Array.from(byLeader, async ([leader, led]) => {
      const to = cluster()?.brokers.get(leader);
      if (to === undefined) throw new StateFunError("unavailable", noLeader(topic, led));
      const wanted = led.map((partitionIndex) => {
        return { partitionIndex, currentLeaderEpoch: -1, timestamp };
      });
      const args = (): readonly unknown[] => [
        -1,
        times.isolation,
        [{ name: topic, partitions: wanted }],
      ];
      const request = { name: "ListOffsets", to, timeoutMs: times.requestTimeoutMs, args };
      const response = await requests
        .send<Response>(request)
        .catch((error) => partialResponse<Response>(error));
      for (const one of response.topics[0]?.partitions ?? []) {
        if (one.errorCode !== code.none) {
          const text = refusal(`partition ${topic}/${one.partitionIndex}`, one.errorCode);
          throw new StateFunError("unavailable", `${text} (${nameOf(to)})`);
        }
        found.set(one.partitionIndex, one.offset);
      }
    });
    await Promise.all(asked);
    return found;
  };
}

export function noLeader(topic: string, partitions: readonly number[]): string {
  return `partition ${topic}/${partitions.join(", ")} has no leader now`;
}
