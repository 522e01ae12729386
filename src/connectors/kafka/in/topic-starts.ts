import type { IngressHost } from "../../../engine/contract/ingress-host.ts";
import { StateFunError } from "../../../internal/errors.ts";
import type { Topic } from "../client/cluster.ts";
import { committedMetadata, positionFrom, positionText } from "../client/log-position.ts";
import type { CommittedOffset, Group } from "../group/group.ts";
import { type IngressParts, sourceOf } from "../ingress-settings.ts";
import type { ListOffsets } from "./offsets.ts";
import { findStarts, resetOffset } from "./start-positions.ts";
import type { TopicPartition } from "./topic-partition.ts";

/** Finds out where partitions begin, and where they go on when their next record is not there. */
export class TopicStarts {
  readonly #parts: IngressParts;
  readonly #host: IngressHost;
  readonly #group: Group;
  readonly #list: ListOffsets;
  readonly #commit: (offsets: readonly CommittedOffset[]) => Promise<void>;

  constructor(
    parts: IngressParts,
    host: IngressHost,
    group: Group,
    list: ListOffsets,
    commit: (offsets: readonly CommittedOffset[]) => Promise<void>,
  ) {
    this.#parts = parts;
    this.#host = host;
    this.#group = group;
    this.#list = list;
    this.#commit = commit;
  }

  /** Where these partitions of a topic begin. The group knows it when this resolves, the store does not. */
  async find(
    topic: string,
    { id: log, leaders }: Topic,
    wanted: readonly number[],
  ): Promise<ReadonlyMap<number, bigint>> {
    const { settings } = this.#parts;
    const { identity } = this.#host;
    const committed = await this.#group.committed(topic, leaders.length);
    const stored = (partition: number) => {
      const text = this.#host.position(sourceOf(settings.typename, topic, partition));
      return text === undefined ? undefined : positionFrom(text);
    };
    const start = { topic, log, count: leaders.length, wanted, stored, committed, identity };
    const { offsets, news, gone } = await findStarts(this.#list, settings, start);
    const metadata = committedMetadata(log, identity);
    await this.#commit(
      Array.from(news, ([partition, offset]) => ({ topic, partition, offset, metadata })),
    );
    for (const [partition, old] of gone) {
      if (!wanted.includes(partition)) continue;
      const source = sourceOf(settings.typename, topic, partition);
      const text = `${source} continues at ${offsets.get(partition)}: topic ${topic} was deleted and recreated, and position ${old.offset} belongs to the old one`;
      this.#host.onError(new StateFunError("unavailable", text));
    }
    return offsets;
  }

  /** All of a topic in one window: a crash leaves all of its positions or none. */
  store(topic: string, log: string, offsets: ReadonlyMap<number, bigint>): void {
    for (const [partition, offset] of offsets) {
      const source = sourceOf(this.#parts.settings.typename, topic, partition);
      const position = positionText({ offset, log });
      this.#host.ingest({ source, position, messages: [] }, () => {});
    }
  }

  /** Moves a partition to where it can go on. Rejects while that cannot be known. */
  async reset(partition: TopicPartition): Promise<void> {
    const { topic, log, partition: index, source, fetchOffset: from } = partition;
    const { autoOffsetReset } = this.#parts.settings;
    const known = (await this.#group.committed(topic, index + 1)).get(index);
    const isOwn = known?.log === log || known?.log === "";
    const committed = isOwn ? known.offset : undefined;
    const to = await resetOffset(this.#list, topic, index, committed, autoOffsetReset);
    const why =
      to === committed ? "the committed offset of the group" : `the ${autoOffsetReset} offset`;
    const text = `${source} continues at ${to}, ${why}: offset ${from} no longer exists`;
    this.#host.onError(new StateFunError("unavailable", text));
    partition.moveTo(to);
  }
}
