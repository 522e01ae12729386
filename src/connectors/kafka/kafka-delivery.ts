import { assertKnownKeys } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import type { KafkaEgressDescription } from "../../module/descriptions.ts";
import { type Egress, type EgressBinding, type EgressRecord, formatOf } from "../../sdk/egress.ts";
import type { KafkaRecord } from "../../sdk/kafka-egress.ts";
import type { KafkaModule, ProducerClient } from "./client.ts";
import {
  connectionKeys,
  type KafkaConnection,
  type ResolvedConnection,
  resolveConnection,
} from "./connection.ts";
import { batchesOf, type Produced, produced } from "./delivery-batches.ts";
import { deliveryError, takenPartitions } from "./delivery-errors.ts";
import { loadClient } from "./load-client.ts";
import { producerProperties } from "./properties.ts";

/**
 * Delivers what functions emit to `egress` to a broker, in order per key, by an idempotent producer. Keys choose
 * partitions as Java's producers do.
 *
 * Each record is delivered at least once and has its id in the header `statefun-id`, the same at every attempt: a receiver
 * drops by it what it has. What a broker does not take is tried again for as long as it takes, the records behind it
 * waiting; what it can never take (too large, not the name of a topic) becomes a dead letter, and can be replayed.
 */
export function kafkaDelivery(
  egress: Egress<KafkaRecord, KafkaRecord>,
  options: KafkaConnection,
): EgressBinding {
  const format = formatOf(egress);
  const { typename } = egress;
  const what = `delivery of ${typename}`;
  assertKnownKeys(options, connectionKeys, `the options of the ${what}`);
  const connection = resolveConnection(options, producerProperties(), `the ${what}`);
  const delivery = new KafkaDelivery(typename, connection);
  return {
    typename,
    "~deliver": {
      format,
      // Its format decodes records for Kafka, whatever the engine knows of that.
      deliver: (records: readonly EgressRecord<KafkaRecord>[], signal: AbortSignal) =>
        delivery.deliver(records, signal),
      close: () => delivery.close(),
      ...descriptionOf(typename, options),
    },
  };
}

/** What a module file can say of it: all but what only an object says. */
function descriptionOf(
  typename: string,
  { brokers, clientId, tls, sasl, properties = {} }: KafkaConnection,
): { readonly description?: KafkaEgressDescription } {
  if (tls !== undefined || sasl !== undefined) return {};
  const name = clientId === undefined ? {} : { "client.id": clientId };
  return {
    description: {
      kind: "io.statefun.kafka.v1/egress",
      typename,
      address: brokers,
      deliverySemantic: { type: "at-least-once" },
      properties: new Map(Object.entries({ ...properties, ...name })),
    },
  };
}

interface Connected {
  readonly kafka: KafkaModule;
  readonly client: ProducerClient;
}

class KafkaDelivery {
  readonly #egress: string;
  readonly #connection: ResolvedConnection;
  #connected: Connected | undefined;
  /** Of a delivery that was not taken as a whole: these were. */
  readonly #taken = new Set<string>();
  /** Records without a key go round the partitions. */
  #next = 0;

  constructor(egress: string, connection: ResolvedConnection) {
    this.#egress = egress;
    this.#connection = connection;
  }

  async deliver(records: readonly EgressRecord<KafkaRecord>[], signal: AbortSignal): Promise<void> {
    const page = records.filter(({ id }) => !this.#taken.has(id)).map(produced);
    this.#connected ??= await this.#connect();
    const connected = this.#connected;
    // What is being sent when the time is over may still arrive, but nothing more of this attempt.
    const abort = (): void => void this.close();
    signal.addEventListener("abort", abort);
    try {
      for (const batch of batchesOf(page)) {
        signal.throwIfAborted();
        await this.#send(connected, batch);
        for (const { id } of batch) this.#taken.add(id);
      }
      for (const { id } of records) this.#taken.delete(id);
    } catch (error) {
      // A producer that has lost its place in the order is of no use: the next attempt gets a new one.
      await this.close();
      throw deliveryError(this.#egress, error);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  async close(): Promise<void> {
    const connected = this.#connected;
    this.#connected = undefined;
    await connected?.client.close(true).catch(() => {});
  }

  async #connect(): Promise<Connected> {
    const kafka = await loadClient(`delivery of ${this.#egress}`);
    const { clientId, bootstrapBrokers, settings } = this.#connection;
    const client = new kafka.Producer({
      autocreateTopics: true,
      ...settings,
      clientId,
      bootstrapBrokers,
      // Few, and then the engine's own, which are told to `onError`. Less than two would mean endlessly many to it.
      retries: 3,
      retryDelay: 200,
      idempotent: true,
    });
    return { kafka, client };
  }

  async #send({ kafka, client }: Connected, batch: readonly Produced[]): Promise<void> {
    const topics = [...new Set(batch.map(({ record }) => record.topic))];
    const metadata = await client.metadata({ topics, autocreateTopics: true });
    const messages = batch.map(({ record }) => {
      const { topic, key } = record;
      const count = metadata.topics.get(topic)?.partitionsCount ?? 0;
      if (count === 0) throw new StateFunError("unavailable", `topic ${topic} has no partitions`);
      const hash = key === undefined ? this.#next++ : kafka.compatibilityPartitioner(record, key);
      return { ...record, partition: hash % count };
    });
    try {
      await client.send({ messages, idempotent: true });
    } catch (error) {
      const taken = takenPartitions(error);
      for (const [index, { topic, partition }] of messages.entries()) {
        const id = batch[index]?.id;
        if (id !== undefined && taken.has(`${topic}/${partition}`)) this.#taken.add(id);
      }
      throw error;
    }
  }
}
