import { StateFunError } from "../../../internal/errors.ts";
import { type Cluster, describeCluster, type Topic } from "../client/cluster.ts";
import type { Requests } from "../client/requests.ts";
import { backOff, Pause, wait } from "../client/wait.ts";
import type { IngressParts } from "../ingress-settings.ts";

/** A topic that is not seen for so long is gone: brokers that start may not know of it yet. */
const goneMs = 5_000;
/** How often it looks while something is missing. */
const missingMs = 1_000;
/** Nobody makes it look more often than that. */
const leastMs = 200;

/**
 * Checks the topics of an ingress repeatedly: which exist, with which log, and which broker leads their
 * partitions.
 */
export class TopicWatch {
  readonly #requests: Requests;
  readonly #parts: IngressParts;
  readonly #onSeen: (topics: ReadonlyMap<string, Topic>) => void;
  readonly #seen = new Map<string, Topic & { readonly atMs: number }>();
  #cluster: Cluster | undefined;
  readonly #pause: Pause = new Pause();

  constructor(
    requests: Requests,
    parts: IngressParts,
    onSeen: (topics: ReadonlyMap<string, Topic>) => void,
  ) {
    this.#requests = requests;
    this.#parts = parts;
    this.#onSeen = onSeen;
  }

  /** What was seen last. */
  get cluster(): Cluster | undefined {
    return this.#cluster;
  }

  /** Something has changed: looks soon. */
  look(): void {
    this.#pause.wake();
  }

  /** Looks until it is stopped. Never rejects. */
  async run(): Promise<void> {
    const { signal, times, troubles } = this.#parts;
    let tries = 0;
    while (!signal.aborted) {
      try {
        const isWhole = await this.#lookOnce();
        troubles.clear("brokers");
        tries = 0;
        await wait(leastMs, signal);
        const mostMs = isWhole ? times.metadataMs : Math.min(times.metadataMs, missingMs);
        await this.#pause.wait(Math.max(0, mostMs - leastMs), this.#parts.signal);
      } catch (error) {
        if (signal.aborted) return;
        troubles.set("brokers", error);
        await wait(backOff(tries++, leastMs, 5_000), signal);
      }
    }
  }

  /** How many partitions topics of others have, which this one need not be able to see. */
  async count(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { requestTimeoutMs } = this.#parts.times;
    const { topics: found } = await describeCluster(this.#requests, topics, requestTimeoutMs);
    return new Map(Array.from(found, ([name, { leaders }]) => [name, leaders.length]));
  }

  /** Whether all of them are there. */
  async #lookOnce(): Promise<boolean> {
    const { settings, times, troubles } = this.#parts;
    const names = [...settings.topics.keys()];
    const cluster = await describeCluster(this.#requests, names, times.requestTimeoutMs);
    this.#cluster = cluster;
    const now = performance.now();
    for (const name of names) {
      const topic = cluster.topics.get(name);
      if (topic !== undefined) {
        this.#seen.set(name, { ...topic, atMs: now });
        troubles.clear(`topic ${name}`);
        continue;
      }
      const unknown = new StateFunError("unavailable", `the broker did not describe topic ${name}`);
      troubles.set(`topic ${name}`, cluster.missing.get(name) ?? unknown);
      if (now - (this.#seen.get(name)?.atMs ?? 0) > goneMs) this.#seen.delete(name);
    }
    this.#onSeen(new Map(this.#seen));
    return cluster.missing.size === 0;
  }
}
