import type { LeftRecord } from "../../../engine/contract/lanes.ts";
import { inTime } from "../../../internal/deadline.ts";
import { StateFunError } from "../../../internal/errors.ts";
import type { EgressRecord } from "../../../sdk/egress/egress.ts";
import type { KafkaRecord } from "../../../sdk/egress/kafka-egress.ts";
import type { ResolvedConnection } from "../client/connection.ts";
import { loadClient } from "../client/load-client.ts";
import { type Produced, produced } from "./delivery-batches.ts";
import { forGood, type Refusal, refusalOf, untilLater } from "./delivery-errors.ts";
import type { RefusedRecords } from "./delivery-options.ts";
import { type Connected, type Refused, TopicProducer } from "./topic-producer.ts";

/** How long a topic must be said to be missing or forbidden until it is believed: one that is being made is missing at first. */
const believedMs = 10_000;

type Records = readonly EgressRecord<KafkaRecord>[];

/** What is known of a topic. */
interface TopicState {
  readonly producer: TopicProducer;
  /** Since when it is missing or forbidden. */
  refusedAt: number | undefined;
  /** Its own, after the one of all was left waiting by it. */
  own: Promise<Connected> | undefined;
}

/** A running delivery. One producer for all topics, except those that keep it waiting. */
export class KafkaDelivery {
  readonly #egress: string;
  readonly #connection: ResolvedConnection;
  readonly #onRefused: RefusedRecords | undefined;
  readonly #lateMs: number;
  #connected: Promise<Connected> | undefined;
  /** Topics that are being sent to, and those that are in trouble. */
  readonly #topics = new Map<string, TopicState>();
  /** Records without a key go round the partitions. */
  #next = 0;
  /** Of deliveries that were broken off: these were taken. */
  readonly #taken = new Set<string>();

  constructor(
    egress: string,
    connection: ResolvedConnection,
    onRefused: RefusedRecords | undefined,
  ) {
    this.#egress = egress;
    this.#connection = connection;
    this.#onRefused = onRefused;
    const { requestTimeout } = connection.settings;
    this.#lateMs = typeof requestTimeout === "number" ? requestTimeout : 10_000;
  }

  /** Resolves with what was not taken. Rejects while no broker can be asked. */
  async deliver(records: Records, signal: AbortSignal): Promise<readonly LeftRecord[]> {
    const byTopic = new Map<string, Produced[]>();
    const left: LeftRecord[] = [];
    const indices = new Map<string, number>();
    for (const [index, record] of records.entries()) {
      indices.set(record.id, index);
      if (this.#taken.has(record.id)) continue;
      try {
        const one = produced(record);
        byTopic.set(one.record.topic, [...(byTopic.get(one.record.topic) ?? []), one]);
      } catch (error) {
        left.push(this.#left(String(record.value.topic), index, error, "unfit"));
      }
    }
    // What is being sent when the time is over may still arrive, but nothing more of this attempt.
    const abort = (): void => void this.close();
    signal.addEventListener("abort", abort);
    try {
      const all = Array.from(byTopic, async ([topic, list]) => {
        for (const { record, error } of await this.#deliverTopic(topic, list, signal)) {
          const index = indices.get(record.id) ?? -1;
          left.push(this.#left(topic, index, error, refusalOf(error)));
        }
      });
      const outcomes = await Promise.allSettled(all);
      const failed = outcomes.find(({ status }) => status === "rejected");
      if (failed?.status === "rejected") throw failed.reason;
      for (const { id } of records) this.#taken.delete(id);
      return left.toSorted((one, other) => one.index - other.index);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  async close(): Promise<void> {
    const all = [this.#connected, ...Array.from(this.#topics.values(), ({ own }) => own)];
    this.#connected = undefined;
    for (const state of this.#topics.values()) state.own = undefined;
    await Promise.all(all.map(closed));
  }

  async #deliverTopic(
    topic: string,
    records: readonly Produced[],
    signal: AbortSignal,
  ): Promise<readonly Refused[]> {
    const state = this.#stateOf(topic);
    this.#connected ??= this.#connect();
    const connected = await (state.own ?? this.#connected);
    const { producer } = state;
    let isCounted = false;
    const sent = async (): Promise<readonly Refused[]> => {
      let count: number;
      try {
        count = await producer.count(connected);
      } catch (error) {
        if (refusalOf(error) === "passing") throw untilLater(this.#egress, topic, error);
        return records.map((record) => ({ record, error }));
      }
      isCounted = true;
      return await producer.send(connected, count, records, signal);
    };
    const late = (error: StateFunError): readonly Refused[] => {
      if (!isCounted) throw untilLater(this.#egress, topic, error);
      // It may still be taken: what is sent again has the same id.
      void closed(state.own);
      state.own = this.#connect();
      const waiting = records.filter(({ id }) => !this.#taken.has(id));
      return waiting.map((record) => ({ record, error }));
    };
    const refused = await this.#inTime(topic, sent(), late);
    const isRefused = refused.some(({ error }) => refusalOf(error) === "refused");
    if (!isRefused) state.refusedAt = undefined;
    if (!isRefused && state.own === undefined) this.#topics.delete(topic);
    return refused;
  }

  /** A broker that is silent holds up its topics, and no others for longer than that. */
  #inTime<T>(topic: string, work: Promise<T>, late: (error: StateFunError) => T): Promise<T> {
    return inTime(this.#lateMs, work, () => {
      const text = `no broker has answered for topic ${topic} for ${this.#lateMs} ms`;
      return late(new StateFunError("timed_out", text));
    });
  }

  #left(topic: string, index: number, error: unknown, refusal: Refusal): LeftRecord {
    const onRefused = this.#onRefused ?? (refusal === "unfit" ? "dead-letter" : "wait");
    if (refusal === "passing" || onRefused === "wait" || !this.#isBelieved(topic, refusal)) {
      return { index, reason: untilLater(this.#egress, topic, error) };
    }
    const reason = forGood(this.#egress, topic, error);
    return { index, reason, isDropped: onRefused === "drop" };
  }

  #isBelieved(topic: string, refusal: Refusal): boolean {
    if (refusal === "unfit") return true;
    const state = this.#stateOf(topic);
    state.refusedAt ??= performance.now();
    return performance.now() - state.refusedAt >= believedMs;
  }

  #stateOf(topic: string): TopicState {
    const known = this.#topics.get(topic);
    if (known !== undefined) return known;
    const producer = new TopicProducer(topic, {
      onTaken: (id) => this.#taken.add(id),
      next: () => this.#next++,
    });
    const state: TopicState = { producer, refusedAt: undefined, own: undefined };
    this.#topics.set(topic, state);
    return state;
  }

  #connect(): Promise<Connected> {
    const connected = this.#connectOnce();
    connected.catch(() => {
      if (this.#connected === connected) this.#connected = undefined;
    });
    return connected;
  }

  async #connectOnce(): Promise<Connected> {
    const kafka = await loadClient(`delivery of ${this.#egress}`);
    const { clientId, bootstrapBrokers, settings } = this.#connection;
    const client = new kafka.Producer({
      autocreateTopics: true,
      requestTimeout: this.#lateMs,
      ...settings,
      clientId,
      bootstrapBrokers,
      // Few attempts, and then those of the engine, which are reported to `onError`. The client takes less than
      // two for endless.
      retries: 3,
      retryDelay: 200,
      idempotent: true,
    });
    return { kafka, client };
  }
}

/** Closes a producer, whenever it is there. Never rejects. */
async function closed(connected: Promise<Connected> | undefined): Promise<void> {
  await connected?.then(({ client }) => client.close(true)).catch(() => {});
}
