import type {
  IngressHealth,
  IngressHost,
  RunningIngress,
} from "../../../engine/contract/ingress-host.ts";
import { StateFunError } from "../../../internal/errors.ts";
import { reasonOf } from "../../../internal/show.ts";
import type { Assignment, KafkaModule } from "../client/client.ts";
import type { Topic } from "../client/cluster.ts";
import { committedMetadata } from "../client/log-position.ts";
import { Requests } from "../client/requests.ts";
import { Troubles } from "../client/troubles.ts";
import { backOff, wait, within } from "../client/wait.ts";
import { Group } from "../group/group.ts";
import { Membership } from "../group/membership.ts";
import { type IngressParts, type IngressSettings, sourceOf } from "../ingress-settings.ts";
import { BackPressure } from "./back-pressure.ts";
import { Fetcher } from "./fetcher.ts";
import { ingressTimes } from "./ingress-times.ts";
import { listsOffsets } from "./offsets.ts";
import { ReadAhead } from "./read-ahead.ts";
import { TopicPartition } from "./topic-partition.ts";
import { TopicStarts } from "./topic-starts.ts";
import { TopicWatch } from "./topic-watch.ts";

/** A Kafka ingress while it runs: a member of its group, a fetcher, and the partitions that it was given. */
export class KafkaIngressRun implements RunningIngress {
  readonly #settings: IngressSettings;
  readonly #host: IngressHost;
  readonly #parts: IngressParts;
  readonly #room: BackPressure;
  readonly #readAhead = new ReadAhead();
  /** One waits for others in the group, the other for records: neither may hold the other up. */
  readonly #grouping: Requests;
  readonly #reading: Requests;
  readonly #membership: Membership;
  readonly #watch: TopicWatch;
  readonly #starts: TopicStarts;
  readonly #fetcher: Fetcher;
  readonly #stopping = new AbortController();
  readonly #partitions = new Map<string, readonly TopicPartition[]>();
  /** What the group knows. */
  readonly #committed = new Map<TopicPartition, bigint>();
  #topics: ReadonlyMap<string, Topic> = new Map();
  #assigned: readonly Assignment[] = [];
  /** The last start of each topic: what was begun before it is dropped. */
  readonly #starting = new Map<string, object>();
  #isAssigned = false;
  #fence: StateFunError | undefined;

  constructor(settings: IngressSettings, kafka: KafkaModule, host: IngressHost) {
    this.#settings = settings;
    this.#host = host;
    this.#room = new BackPressure(host);
    const times = ingressTimes(settings.connection.settings);
    const { signal } = this.#stopping;
    const troubles = new Troubles(
      (error, reason) => this.#report(error, reason),
      () => host.now(),
    );
    const parts = { settings, kafka, times, troubles, signal };
    this.#parts = parts;
    const client = clientSettings(settings);
    this.#grouping = new Requests(kafka, client);
    this.#reading = new Requests(kafka, client);
    const group = new Group(this.#grouping, {
      ...times,
      group: settings.group,
      instance: instanceOf(settings, host.identity),
    });
    this.#watch = new TopicWatch(this.#reading, parts, (topics) => this.#seen(topics));
    this.#membership = new Membership(group, parts, {
      revoke: () => this.#revoke(),
      assign: (partitions) => this.#assign(partitions),
      fenced: (error) => void this.#fenced(error),
      count: (topics) => this.#watch.count(topics),
    });
    const cluster = () => this.#watch.cluster;
    const list = listsOffsets(this.#reading, times, cluster);
    this.#starts = new TopicStarts(parts, host, group, list, (offsets) =>
      this.#membership.commit(offsets),
    );
    this.#fetcher = new Fetcher({
      ...parts,
      requests: this.#reading,
      readAhead: this.#readAhead,
      cluster,
      onMoved: () => this.#watch.look(),
      reset: (partition) => this.#starts.reset(partition),
    });
  }

  start(): void {
    void this.#watch.run();
    void this.#membership.run();
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
    const all = [...this.#partitions.values()].flat();
    const sources = all.map((one) => one.health());
    if (this.#fence !== undefined) {
      return { typename, status: "stopped", reason: this.#fence.message, troubles: [], sources };
    }
    const outside = this.#stopping.signal.aborted ? [] : this.#parts.troubles.list();
    const stalls = all.flatMap(({ source, stall }) =>
      stall === undefined
        ? []
        : [{ part: source, reason: reasonOf(stall.error), sinceMs: stall.sinceMs }],
    );
    const troubles = [...outside, ...stalls];
    const [first] = troubles;
    const reason = first === undefined ? {} : { reason: first.reason };
    return {
      typename,
      status: this.#status(outside.length, stalls.length),
      ...reason,
      troubles,
      sources,
    };
  }

  #status(outside: number, stalls: number): IngressHealth["status"] {
    if (this.#stopping.signal.aborted) return "stopped";
    if (outside > 0) return "waiting";
    if (stalls > 0) return "stalled";
    return this.#isAssigned && this.#starting.size === 0 ? "running" : "starting";
  }

  async #close(): Promise<void> {
    await within(this.#membership.leave(), 2_000);
    await Promise.all([this.#grouping.close(), this.#reading.close()]);
  }

  /** Stops all partitions, and lets the group know how far they got. */
  async #revoke(): Promise<void> {
    this.#assigned = [];
    for (const topic of this.#starting.keys()) this.#parts.troubles.clear(startOf(topic));
    this.#starting.clear();
    const all = [...this.#partitions.values()].flat();
    this.#partitions.clear();
    this.#fetcher.assign([]);
    await Promise.all(all.map((one) => one.stop()));
    await this.#commit(all).catch(() => {});
    this.#committed.clear();
  }

  async #fenced(error: StateFunError): Promise<void> {
    this.#fence = error;
    this.#stopping.abort();
    this.#report(error, error.message);
    await this.#revoke();
    await this.#close();
  }

  /** Subscribes to what can be read; a topic that was recreated starts over. */
  #seen(topics: ReadonlyMap<string, Topic>): void {
    const before = this.#topics;
    this.#topics = topics;
    for (const { topic, partitions } of this.#assigned) {
      const [old, now] = [before.get(topic), topics.get(topic)];
      if (old === undefined || now === undefined || old.id === now.id) continue;
      void this.#begin(topic, partitions);
    }
    this.#membership.subscribe(
      new Map(Array.from(topics, ([topic, { leaders }]) => [topic, leaders.length])),
    );
    this.#fetcher.look();
  }

  #assign(assignments: readonly Assignment[]): void {
    this.#assigned = assignments;
    this.#isAssigned = true;
    const count = assignments.reduce((sum, { partitions }) => sum + partitions.length, 0);
    this.#readAhead.divide(count);
    for (const { topic, partitions } of assignments) void this.#begin(topic, partitions);
  }

  /** Begins partitions of a topic, when it is known where: no other topic waits for that. Never rejects. */
  async #begin(topic: string, partitions: readonly number[]): Promise<void> {
    const attempt = {};
    this.#starting.set(topic, attempt);
    const { troubles, signal } = this.#parts;
    const isOver = (): boolean => signal.aborted || this.#starting.get(topic) !== attempt;
    const before = this.#partitions.get(topic) ?? [];
    this.#set(topic, []);
    await Promise.all(before.map((one) => one.stop()));
    const part = startOf(topic);
    for (let tries = 0; !isOver(); tries++) {
      try {
        const now = this.#topics.get(topic);
        // It was deleted in between, and the group gets to know this.
        if (now === undefined) return;
        const wanted = partitions.filter((partition) => partition < now.leaders.length);
        const offsets = await this.#starts.find(topic, now, wanted);
        if (isOver()) return;
        this.#run(topic, now, new Map([...offsets].filter(([one]) => wanted.includes(one))));
        troubles.clear(part);
        this.#starting.delete(topic);
        return;
      } catch (error) {
        if (isOver()) return;
        troubles.set(part, error);
        this.#watch.look();
        await wait(backOff(tries, 100, 5_000), signal);
      }
    }
  }

  #run(topic: string, { id: log }: Topic, offsets: ReadonlyMap<number, bigint>): void {
    const { typename, topics, onInvalid } = this.#settings;
    const settings = topics.get(topic);
    if (settings === undefined) return;
    this.#starts.store(topic, log, offsets);
    const shared = {
      topic,
      log,
      host: this.#host,
      room: this.#room,
      readAhead: this.#readAhead,
      onInvalid,
      onHungry: () => this.#fetcher.look(),
      ...settings,
    };
    const begun = Array.from(offsets, ([partition, from]) => {
      return new TopicPartition({
        ...shared,
        partition,
        source: sourceOf(typename, topic, partition),
        from,
      });
    });
    this.#set(topic, begun);
  }

  #set(topic: string, partitions: readonly TopicPartition[]): void {
    this.#partitions.set(topic, partitions);
    this.#fetcher.assign([...this.#partitions.values()].flat());
  }

  /** Offsets are committed for tools that watch the group, and for other stores in it. */
  async #commitOften(): Promise<void> {
    const { signal, times } = this.#parts;
    while (!signal.aborted) {
      await wait(times.commitMs, signal);
      // A refusal means that the group is rebalancing or unreachable: the store has the positions.
      await this.#commit([...this.#partitions.values()].flat()).catch(() => {});
    }
  }

  async #commit(partitions: readonly TopicPartition[]): Promise<void> {
    const moved = partitions
      .filter((one) => this.#committed.get(one) !== one.durable)
      .map((one) => [one, one.durable] as const);
    await this.#membership.commit(
      moved.map(([{ topic, partition, log }, offset]) => {
        const metadata = committedMetadata(log, this.#host.identity);
        return { topic, partition, offset, metadata };
      }),
    );
    for (const [one, offset] of moved) this.#committed.set(one, offset);
  }

  #report(cause: unknown, reason: string): void {
    const text = `ingress ${this.#settings.typename}: ${reason}`;
    this.#host.onError(new StateFunError("unavailable", text, { cause }));
  }
}

/** The part of an ingress that may be in trouble while positions are looked for. */
function startOf(topic: string): string {
  return `start of topic ${topic}`;
}

function clientSettings({ connection }: IngressSettings) {
  const { settings, clientId, bootstrapBrokers } = connection;
  return { ...settings, clientId, bootstrapBrokers, retries: 0 };
}

/** One member a store: after a crash it takes its place again at once, instead of waiting until it is missed. */
function instanceOf({ typename, connection }: IngressSettings, identity: string): string {
  const { groupInstanceId } = connection.settings;
  if (typeof groupInstanceId === "string") return groupInstanceId;
  return `${typename.replace("/", ".")}-${identity}`;
}
