import { StateFunError } from "../../../internal/errors.ts";
import { code, partialResponse, refusal } from "../client/broker-errors.ts";
import type { FetchedPartition, FetchResponse } from "../client/client.ts";
import type { Cluster } from "../client/cluster.ts";
import type { Requests } from "../client/requests.ts";
import { backOff, wait } from "../client/wait.ts";
import type { IngressParts } from "../ingress-settings.ts";
import { noLeader } from "./offsets.ts";
import type { ReadAhead } from "./read-ahead.ts";
import type { TopicPartition } from "./topic-partition.ts";

/** How long a broker may wait for records of some partitions while others may soon be read on. */
const shortWaitMs = 20;

export interface FetcherParts extends IngressParts {
  readonly requests: Requests;
  readonly readAhead: ReadAhead;
  readonly cluster: () => Cluster | undefined;
  /** Somebody else leads, or the topic is another one. */
  readonly onMoved: () => void;
  /** Says where a partition continues if its next record is gone. Rejects with the reason if this is unknown. */
  readonly reset: (partition: TopicPartition) => Promise<void>;
}

/** What is known of fetching one partition, beside what it has. */
interface Fetching {
  tries: number;
  /** It is left alone until then, after a failure. */
  restsUntil: number;
  isAsked: boolean;
  /** A broker that is nearer than its leader, until then. */
  nearer: number | undefined;
  nearerUntil: number;
}

/** Fetches for the partitions that are hungry: from each broker one request at a time, for as long as it has any. */
export class Fetcher {
  readonly #parts: FetcherParts;
  readonly #busy = new Set<number>();
  readonly #failures = new Map<number, number>();
  #fetching = new Map<TopicPartition, Fetching>();
  /** Partitions take turns in being the first of a request, which gets records however long they are. */
  #turn = 0;

  constructor(parts: FetcherParts) {
    this.#parts = parts;
  }

  /** Fetches for these from now on, and for no others. */
  assign(partitions: readonly TopicPartition[]): void {
    const before = this.#fetching;
    this.#fetching = new Map(
      partitions.map((one) => [one, before.get(one) ?? newFetching()] as const),
    );
    for (const one of before.keys()) {
      if (!this.#fetching.has(one)) this.#parts.troubles.clear(one.source);
    }
    this.look();
  }

  /** Something may be hungry that was not. */
  look(): void {
    const { signal, troubles } = this.#parts;
    if (signal.aborted) return;
    const now = performance.now();
    const byNode = new Map<number, TopicPartition[]>();
    const moving = new Set<number>();
    for (const [one, fetching] of this.#fetching) {
      if (one.isStopped || fetching.isAsked || fetching.restsUntil > now) continue;
      const node = this.#nodeOf(one, fetching, now);
      if (!one.isHungry) {
        if (one.isMoving) moving.add(node);
        continue;
      }
      if (node < 0) {
        const text = noLeader(one.topic, [one.partition]);
        this.#rest(one, fetching, new StateFunError("unavailable", text));
        continue;
      }
      if (this.#busy.has(node)) continue;
      byNode.set(node, [...(byNode.get(node) ?? []), one]);
    }
    for (const [node, partitions] of byNode) void this.#fetch(node, partitions, moving.has(node));
    for (const node of this.#failures.keys()) {
      if (byNode.has(node) || this.#busy.has(node)) continue;
      this.#failures.delete(node);
      troubles.clear(`broker ${node}`);
    }
  }

  #nodeOf(one: TopicPartition, fetching: Fetching, now: number): number {
    const cluster = this.#parts.cluster();
    const { nearer, nearerUntil } = fetching;
    if (nearer !== undefined && now < nearerUntil && cluster?.brokers.has(nearer)) return nearer;
    return cluster?.topics.get(one.topic)?.leaders[one.partition] ?? -1;
  }

  /** Never rejects. */
  async #fetch(
    node: number,
    partitions: readonly TopicPartition[],
    isShort: boolean,
  ): Promise<void> {
    const { signal, troubles, onMoved } = this.#parts;
    this.#busy.add(node);
    const asked = new Map(partitions.map((one) => [one, one.fetchOffset]));
    for (const one of partitions) this.#isAsked(one, true);
    try {
      const response = await this.#request(node, asked, isShort);
      this.#failures.delete(node);
      troubles.clear(`broker ${node}`);
      await this.#hand(node, response, asked);
    } catch (error) {
      if (!signal.aborted) {
        troubles.set(`broker ${node}`, error);
        onMoved();
        const tries = this.#failures.get(node) ?? 0;
        this.#failures.set(node, tries + 1);
        await wait(backOff(tries, 100, 5_000), signal);
      }
    }
    for (const one of partitions) this.#isAsked(one, false);
    this.#busy.delete(node);
    this.look();
  }

  #request(
    node: number,
    asked: ReadonlyMap<TopicPartition, bigint>,
    isShort: boolean,
  ): Promise<FetchResponse> {
    const { requests, times, cluster, readAhead } = this.#parts;
    const to = cluster()?.brokers.get(node);
    if (to === undefined) throw new StateFunError("unavailable", `broker ${node} is gone`);
    const most = Math.min(times.partitionMaxBytes, readAhead.share);
    const list = [...asked];
    const first = this.#turn++ % list.length;
    const args = (version: number): readonly unknown[] => {
      const topics = [...list.slice(first), ...list.slice(0, first)].map(([one, fetchOffset]) => ({
        // Until version 12 it is the name.
        topicId: version <= 12 ? one.topic : one.log,
        partitions: [
          {
            partition: one.partition,
            fetchOffset,
            partitionMaxBytes: most,
            currentLeaderEpoch: -1,
            lastFetchedEpoch: -1,
          },
        ],
      }));
      const waitMs = isShort ? Math.min(shortWaitMs, times.fetchWaitMs) : times.fetchWaitMs;
      const limits = [waitMs, times.fetchMinBytes, times.fetchMaxBytes, times.isolation];
      // Without a session: what one partition says does not end what was agreed on for the others.
      return [...limits, 0, -1, topics, [], times.rack];
    };
    const timeoutMs = times.requestTimeoutMs + times.fetchWaitMs;
    return requests
      .send<FetchResponse>({ name: "Fetch", to, timeoutMs, args })
      .catch((error) => partialResponse<FetchResponse>(error));
  }

  /** Hands out what came, and looks after what did not. */
  async #hand(
    node: number,
    response: FetchResponse,
    asked: ReadonlyMap<TopicPartition, bigint>,
  ): Promise<void> {
    const found = new Map<string, FetchedPartition>();
    for (const { topicId, partitions } of response.responses) {
      for (const one of partitions) found.set(`${topicId}/${one.partitionIndex}`, one);
    }
    const resets: Promise<void>[] = [];
    for (const [partition, requested] of asked) {
      const { topic, log, partition: index } = partition;
      const one = found.get(`${log}/${index}`) ?? found.get(`${topic}/${index}`);
      const fetching = this.#fetching.get(partition);
      // Meanwhile it belongs to another member.
      if (fetching === undefined) continue;
      // A broker leaves out what has no news.
      if (one === undefined) partition.caughtUp(requested);
      else if (one.errorCode === code.none) {
        this.#succeeded(node, partition, fetching, one);
        partition.add(one, requested);
      } else if (one.errorCode === code.offsetOutOfRange) {
        resets.push(this.#reset(partition, fetching));
      } else {
        const text = refusal(whatOf(partition, one.errorCode), one.errorCode);
        this.#rest(partition, fetching, new StateFunError("unavailable", text));
        this.#parts.onMoved();
      }
    }
    await Promise.all(resets);
  }

  #succeeded(
    node: number,
    partition: TopicPartition,
    fetching: Fetching,
    { preferredReadReplica: nearer = -1 }: FetchedPartition,
  ): void {
    fetching.tries = 0;
    this.#parts.troubles.clear(partition.source);
    if (nearer < 0 || nearer === node) return;
    fetching.nearer = nearer;
    fetching.nearerUntil = performance.now() + this.#parts.times.metadataMs;
  }

  async #reset(partition: TopicPartition, fetching: Fetching): Promise<void> {
    try {
      await this.#parts.reset(partition);
      this.#parts.troubles.clear(partition.source);
    } catch (error) {
      if (!this.#parts.signal.aborted) this.#rest(partition, fetching, error);
    }
  }

  /** Leaves a partition alone for a while, and the others go on. */
  #rest(partition: TopicPartition, fetching: Fetching, error: unknown): void {
    const { signal, troubles } = this.#parts;
    troubles.set(partition.source, error);
    fetching.nearer = undefined;
    const ms = backOff(fetching.tries++, 100, 5_000);
    fetching.restsUntil = performance.now() + ms;
    void wait(ms + 1, signal).then(() => this.look());
  }

  #isAsked(partition: TopicPartition, isAsked: boolean): void {
    const fetching = this.#fetching.get(partition);
    if (fetching !== undefined) fetching.isAsked = isAsked;
  }
}

function newFetching(): Fetching {
  return { tries: 0, restsUntil: 0, isAsked: false, nearer: undefined, nearerUntil: 0 };
}

/** Rights are those of a topic. */
function whatOf({ topic, partition }: TopicPartition, errorCode: number): string {
  return errorCode === code.topicForbidden
    ? `reading topic ${topic}`
    : `partition ${topic}/${partition}`;
}
