import { StateFunError } from "../../../internal/errors.ts";
import type { KafkaModule, ProducerClient } from "../client/client.ts";
import { batchesOf, type Produced } from "./delivery-batches.ts";
import { refusalOf, takenPartitions } from "./delivery-errors.ts";

export interface Connected {
  readonly kafka: KafkaModule;
  readonly client: ProducerClient;
}

/** A record that was not taken, and why. */
export interface Refused {
  readonly record: Produced;
  readonly error: unknown;
}

export interface ProducerParts {
  /** Hears of each record that a broker has, also after it was given up. */
  readonly onTaken: (id: string) => void;
  /** Where the next record without a key goes. */
  readonly next: () => number;
}

/** Sends records of one topic, in order. */
export class TopicProducer {
  readonly #topic: string;
  readonly #parts: ProducerParts;

  constructor(topic: string, parts: ProducerParts) {
    this.#topic = topic;
    this.#parts = parts;
  }

  /** The number of partitions. Rejects for a topic that is not there, and while no broker can be asked. */
  async count({ client }: Connected): Promise<number> {
    const topics = [this.#topic];
    const metadata = await client.metadata({ topics, autocreateTopics: true });
    const count = metadata.topics.get(this.#topic)?.partitionsCount ?? 0;
    if (count > 0) return count;
    throw new StateFunError("unavailable", `topic ${this.#topic} has no partitions`);
  }

  /** Stops at the first that is refused for now; those that no broker takes are left out. */
  async send(
    connected: Connected,
    count: number,
    records: readonly Produced[],
    signal: AbortSignal,
  ): Promise<readonly Refused[]> {
    const refused: Refused[] = [];
    const waiting = batchesOf(records);
    for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
      signal.throwIfAborted();
      const error = await this.#sendBatch(connected, count, batch);
      if (error === undefined) continue;
      const left = batch.filter(({ id }) => !error.taken.has(id));
      if (refusalOf(error.reason) !== "unfit") {
        const rest = [...left, ...waiting.flat()];
        return [...refused, ...rest.map((record) => ({ record, error: error.reason }))];
      }
      // Of several it is not known which one.
      if (left.length > 1) waiting.unshift(...left.map((one) => [one]));
      else for (const record of left) refused.push({ record, error: error.reason });
    }
    return refused;
  }

  async #sendBatch(
    { kafka, client }: Connected,
    count: number,
    batch: readonly Produced[],
  ): Promise<{ readonly reason: unknown; readonly taken: ReadonlySet<string> } | undefined> {
    const messages = batch.map(({ record }) => {
      const { key } = record;
      const hash =
        key === undefined ? this.#parts.next() : kafka.compatibilityPartitioner(record, key);
      return { ...record, partition: hash % count };
    });
    try {
      await client.send({ messages, idempotent: true });
      for (const { id } of batch) this.#parts.onTaken(id);
      return undefined;
    } catch (reason) {
      const partitions = takenPartitions(reason);
      const taken = new Set<string>();
      for (const [index, { id }] of batch.entries()) {
        const partition = `${this.#topic}/${messages[index]?.partition}`;
        if (!partitions.has(partition)) continue;
        taken.add(id);
        this.#parts.onTaken(id);
      }
      return { reason, taken };
    }
  }
}
