import type { IngressHealth, IngressHost, RunningIngress } from "../../engine/ingress-host.ts";
import { StateFunError } from "../../internal/errors.ts";
import { reasonOf } from "../../internal/show.ts";
import type { Assignment, KafkaModule } from "./client.ts";
import { reasonsOf } from "./client-reasons.ts";
import { Fetcher } from "./fetcher.ts";
import { type IngressSettings, sourceOf } from "./ingress-settings.ts";
import { Membership } from "./membership.ts";
import { Partition } from "./partition.ts";
import { Room } from "./room.ts";
import { findStarts, type TopicPartition } from "./start-positions.ts";
import { backOff, wait, within } from "./wait.ts";

/** How often offsets are committed to the group, for those who look at it from outside. */
const commitMs = 1_000;
/** The same trouble again is told once a minute. */
const repeatMs = 60_000;

/** A Kafka ingress while it runs: a member of its group, a fetcher, and the partitions that it was given. */
export class KafkaIngressRun implements RunningIngress {
  readonly #settings: IngressSettings;
  readonly #host: IngressHost;
  readonly #room: Room;
  readonly #membership: Membership;
  readonly #fetcher: Fetcher;
  readonly #stopping = new AbortController();
  #partitions: readonly Partition[] = [];
  /** What the group knows. */
  readonly #committed = new Map<string, bigint>();
  #counts: ReadonlyMap<string, number> = new Map();
  /** Counts assignments: what was begun for an older one is dropped. */
  #assignment = 0;
  #isAssigned = false;
  #trouble: string | undefined;
  readonly #told = new Map<string, number>();

  constructor(settings: IngressSettings, kafka: KafkaModule, host: IngressHost) {
    this.#settings = settings;
    this.#host = host;
    this.#room = new Room(host);
    const parts = {
      settings,
      kafka,
      identity: host.identity,
      report: (error: unknown) => this.#report(error),
      recovered: () => {
        this.#trouble = undefined;
      },
      signal: this.#stopping.signal,
    };
    this.#membership = new Membership(parts, {
      revoke: () => this.#revoke(),
      assign: (partitions) => void this.#assign(partitions),
    });
    this.#fetcher = new Fetcher(parts, { counted: (counts) => this.#counted(counts) });
  }

  start(): void {
    this.#membership.join();
    void this.#commitOften();
  }

  async stop(drainMs: number): Promise<void> {
    this.#stopping.abort();
    const work = this.#revoke().then(() => this.#close());
    // Without time to wait, sockets are let go of behind the caller's back.
    await within(work, Math.min(drainMs, 10_000));
    if (drainMs === 0) void this.#close();
  }

  health(): IngressHealth {
    const { typename } = this.#settings;
    const sources = this.#partitions.map((one) => one.health());
    const stall = this.#partitions.find((one) => one.stall !== undefined)?.stall;
    if (this.#stopping.signal.aborted) return { typename, status: "stopped", sources };
    if (this.#trouble !== undefined) {
      return { typename, status: "waiting", reason: this.#trouble, sources };
    }
    if (stall !== undefined) {
      return { typename, status: "stalled", reason: reasonOf(stall), sources };
    }
    return { typename, status: this.#isAssigned ? "running" : "starting", sources };
  }

  async #close(): Promise<void> {
    await Promise.all([this.#membership.leave(), this.#fetcher.close()]);
  }

  /** Stops all partitions, and lets the group know how far they got. */
  async #revoke(): Promise<void> {
    this.#assignment++;
    const partitions = this.#partitions;
    this.#fetcher.assign([]);
    await Promise.all(partitions.map((one) => one.stop()));
    await this.#commit(partitions).catch(() => {});
    if (this.#partitions === partitions) this.#partitions = [];
  }

  /** Begins what was assigned. All of it gets its positions in one window: a crash leaves all of them or none. */
  async #assign(assignments: readonly Assignment[]): Promise<void> {
    const assignment = ++this.#assignment;
    const { signal } = this.#stopping;
    const isOver = (): boolean => signal.aborted || assignment !== this.#assignment;
    const wanted = assignments.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    for (let tries = 0; !isOver(); tries++) {
      try {
        const offsets = await this.#offsets(wanted);
        if (isOver()) return;
        this.#begin(wanted, offsets);
        return;
      } catch (error) {
        if (isOver()) return;
        this.#report(error);
        await wait(backOff(tries, 100, 5_000), signal);
      }
    }
  }

  async #offsets(wanted: readonly TopicPartition[]): Promise<(one: TopicPartition) => bigint> {
    const { typename, topics } = this.#settings;
    const stored = ({ topic, partition }: TopicPartition): string | undefined =>
      this.#host.position(sourceOf(typename, topic, partition));
    const { client } = this.#membership;
    const unknown = new Set(
      wanted.filter((one) => stored(one) === undefined).map(({ topic }) => topic),
    );
    const metadata = await client.metadata({ topics: [...topics.keys()] });
    const counts = new Map(
      [...unknown].map((topic) => [topic, metadata.topics.get(topic)?.partitionsCount ?? 0]),
    );
    const starts = await findStarts(client, this.#settings, counts);
    const news = starts.unknownToGroup.map((one) => ({ ...one, leaderEpoch: -1 }));
    await this.#membership.commit(news);
    return (one) => {
      const position = stored(one);
      return position === undefined ? starts.offsetOf(one) : BigInt(position);
    };
  }

  #begin(wanted: readonly TopicPartition[], offsetOf: (one: TopicPartition) => bigint): void {
    const { typename, topics, onInvalid } = this.#settings;
    const host = this.#host;
    this.#partitions = wanted.flatMap(({ topic, partition }) => {
      const settings = topics.get(topic);
      // Of a member of the group that reads other topics.
      if (settings === undefined) return [];
      const source = sourceOf(typename, topic, partition);
      const from = offsetOf({ topic, partition });
      host.ingest({ source, position: String(from), messages: [] }, () => {});
      const parts = { topic, partition, source, from, host, room: this.#room, onInvalid };
      const onHungry = (): void => this.#fetcher.look();
      return [new Partition({ ...parts, ...settings, onHungry })];
    });
    this.#isAssigned = true;
    this.#trouble = undefined;
    this.#fetcher.assign(this.#partitions);
  }

  /** A topic that grows is assigned anew: nobody else would read the new partitions. */
  #counted(counts: ReadonlyMap<string, number>): void {
    const before = this.#counts;
    this.#counts = counts;
    for (const [topic, count] of counts) {
      if (count > (before.get(topic) ?? count)) {
        this.#membership.join();
        return;
      }
    }
  }

  async #commitOften(): Promise<void> {
    const { signal } = this.#stopping;
    const { commitIntervalMs } = this.#settings.connection.settings;
    const everyMs =
      typeof commitIntervalMs === "number" ? Math.max(10, commitIntervalMs) : commitMs;
    while (!signal.aborted) {
      await wait(everyMs, signal);
      // A refusal means that the group is being shared out anew, or is away: the store has the positions.
      await this.#commit(this.#partitions).catch(() => {});
    }
  }

  async #commit(partitions: readonly Partition[]): Promise<void> {
    const offsets = partitions
      .filter(({ source, durable }) => this.#committed.get(source) !== durable)
      .map(({ topic, partition, source, durable: offset }) => ({
        source,
        commit: { topic, partition, offset, leaderEpoch: -1 },
      }));
    await this.#membership.commit(offsets.map(({ commit }) => commit));
    for (const { source, commit } of offsets) this.#committed.set(source, commit.offset);
  }

  #report(error: unknown): void {
    const { typename } = this.#settings;
    const reason = reasonsOf(error);
    this.#trouble = reason;
    const now = performance.now();
    const last = this.#told.get(reason);
    if (last !== undefined && now - last < repeatMs) return;
    if (this.#told.size > 100) this.#told.clear();
    this.#told.set(reason, now);
    const text = `ingress ${typename}: ${reason}`;
    this.#host.onError(new StateFunError("unavailable", text, { cause: error }));
  }
}
