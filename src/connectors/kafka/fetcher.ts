import { StateFunError } from "../../internal/errors.ts";
import { peek } from "../../internal/show.ts";
import type { ClusterMetadata, ConsumerClient, FetchedPartition, FetchResponse } from "./client.ts";
import { consumerSettings } from "./consumer-settings.ts";
import type { IngressParts } from "./ingress-settings.ts";
import type { Partition } from "./partition.ts";
import { resetOffset } from "./start-positions.ts";
import { backOff, wait } from "./wait.ts";

const offsetOutOfRange = 1;
const maxWaitMs = 500;
/** How long a broker may wait for records of some partitions while others may soon be read on. */
const shortWaitMs = 20;
const partitionMaxBytes = 1_048_576;

export interface FetcherEvents {
  /** Topics have as many partitions as this. Told again whenever that was looked at. */
  counted(partitions: ReadonlyMap<string, number>): void;
}

/** Fetches for the partitions that are hungry: from each broker one request at a time, for as long as it has any. */
export class Fetcher {
  readonly #client: ConsumerClient;
  readonly #parts: IngressParts;
  readonly #events: FetcherEvents;
  readonly #maxWaitMs: number;
  readonly #partitionMaxBytes: number;
  readonly #busy = new Set<number>();
  #partitions: readonly Partition[] = [];
  #isLooking = false;
  #lookAgain = false;
  #tries = 0;

  constructor(parts: IngressParts, events: FetcherEvents) {
    this.#parts = parts;
    this.#events = events;
    const { kafka, settings } = parts;
    this.#client = new kafka.Consumer(consumerSettings(settings));
    this.#client.topics.trackAll(...settings.topics.keys());
    this.#client.on("error", parts.report);
    const { maxWaitTime, maxBytesPerPartition } = settings.connection.settings;
    this.#maxWaitMs = typeof maxWaitTime === "number" ? maxWaitTime : maxWaitMs;
    this.#partitionMaxBytes =
      typeof maxBytesPerPartition === "number" ? maxBytesPerPartition : partitionMaxBytes;
  }

  /** Fetches for these from now on, and for no others. */
  assign(partitions: readonly Partition[]): void {
    this.#partitions = partitions;
    this.look();
  }

  /** Something may be hungry that was not. */
  look(): void {
    this.#lookAgain = true;
    if (this.#isLooking) return;
    // Rejects for nothing: what can fail is caught where it does.
    void this.#look();
  }

  async close(): Promise<void> {
    await this.#client.close(true).catch(() => {});
  }

  async #look(): Promise<void> {
    const { signal } = this.#parts;
    this.#isLooking = true;
    while (this.#lookAgain && !signal.aborted && this.#partitions.length > 0) {
      this.#lookAgain = false;
      try {
        await this.#lookOnce();
      } catch (error) {
        if (signal.aborted) break;
        await this.#failed(error);
        this.#lookAgain = true;
      }
    }
    // At once: what is asked for from now on begins anew.
    this.#isLooking = false;
  }

  async #lookOnce(): Promise<void> {
    const topics = [...this.#parts.settings.topics.keys()];
    const metadata = await this.#client.metadata({ topics });
    const counts = Array.from(
      metadata.topics,
      ([name, { partitionsCount }]) => [name, partitionsCount] as const,
    );
    this.#events.counted(new Map(counts));
    this.#request(metadata);
  }

  #request(metadata: ClusterMetadata): void {
    const byNode = new Map<number, Partition[]>();
    const all = new Map<number, number>();
    for (const one of this.#partitions) {
      if (one.isStopped) continue;
      const node = metadata.topics.get(one.topic)?.partitions[one.partition]?.leader ?? -1;
      all.set(node, (all.get(node) ?? 0) + 1);
      if (!one.isHungry || this.#busy.has(node)) continue;
      const list = byNode.get(node) ?? [];
      byNode.set(node, list);
      list.push(one);
    }
    for (const [node, partitions] of byNode) {
      this.#busy.add(node);
      const isAll = all.get(node) === partitions.length;
      const ids = new Map(Array.from(metadata.topics, ([name, { id }]) => [name, id]));
      const waitMs = isAll ? this.#maxWaitMs : shortWaitMs;
      const fetched = this.#fetch(node, partitions, ids, waitMs);
      void fetched.catch(this.#parts.report).finally(() => {
        this.#busy.delete(node);
        this.look();
      });
    }
  }

  async #fetch(
    node: number,
    partitions: readonly Partition[],
    ids: ReadonlyMap<string, string>,
    maxWaitTime: number,
  ): Promise<void> {
    const { signal, recovered } = this.#parts;
    const asked = new Map(partitions.map((one) => [one, one.fetchOffset]));
    let response: FetchResponse | undefined;
    let failure: unknown;
    try {
      // No leader is known: the next metadata may have one.
      if (node < 0) throw new StateFunError("unavailable", "a partition has no leader");
      const topics = partitions.map((one) => ({
        topicId: ids.get(one.topic) ?? "",
        partitions: [
          {
            partition: one.partition,
            fetchOffset: one.fetchOffset,
            partitionMaxBytes: this.#partitionMaxBytes,
            currentLeaderEpoch: -1,
            lastFetchedEpoch: -1,
          },
        ],
      }));
      response = await this.#client.fetch({ node, topics, maxWaitTime });
    } catch (error) {
      if (signal.aborted) return;
      failure = error;
      // What some partitions gave is in the error that the others made.
      response = peek(error, "response") as FetchResponse | undefined;
    }
    const isMoved = await this.#hand(response, asked, ids);
    if (failure === undefined || isMoved) {
      this.#tries = 0;
      recovered();
      return;
    }
    await this.#failed(failure);
  }

  /** Waits before the next try. A leader that has just moved is no news; one that stays away is. */
  async #failed(error: unknown): Promise<void> {
    if (this.#tries > 1) this.#parts.report(error);
    this.#client.clearMetadata();
    await wait(backOff(this.#tries++, 100, 5_000), this.#parts.signal);
  }

  /** Hands out what came. Says whether all that was wrong is a position that is no longer there. */
  async #hand(
    response: FetchResponse | undefined,
    asked: ReadonlyMap<Partition, bigint>,
    ids: ReadonlyMap<string, string>,
  ): Promise<boolean> {
    let isMoved = true;
    if (!Array.isArray(response?.responses)) return false;
    const found = new Map<string, FetchedPartition>();
    for (const { topicId, partitions } of response.responses) {
      for (const one of partitions) found.set(`${topicId}/${one.partitionIndex}`, one);
    }
    for (const [partition, requested] of asked) {
      const one = found.get(`${ids.get(partition.topic)}/${partition.partition}`);
      // A broker leaves out what has no news.
      if (one === undefined) {
        partition.caughtUp(requested);
        continue;
      }
      if (one.errorCode === 0) partition.add(one, requested);
      else if (one.errorCode === offsetOutOfRange)
        isMoved = (await this.#move(partition)) && isMoved;
      else isMoved = false;
    }
    return isMoved;
  }

  async #move(partition: Partition): Promise<boolean> {
    const { settings, report, signal } = this.#parts;
    const { autoOffsetReset } = settings;
    const from = partition.fetchOffset;
    try {
      const to = await resetOffset(this.#client, partition, autoOffsetReset);
      const text = `${partition.source} goes on at ${to}, the ${autoOffsetReset} offset: ${from} is not there any more`;
      report(new StateFunError("unavailable", text));
      partition.moveTo(to);
      return true;
    } catch (error) {
      if (!signal.aborted) report(error);
      return false;
    }
  }
}
