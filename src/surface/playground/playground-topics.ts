import type { EgressRow, Position } from "../../engine/contract/records.ts";
import { isRecord } from "../../internal/assert.ts";
import { noBytes, textFromBytes } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import { didYouMean } from "../../internal/nearest.ts";
import { show } from "../../internal/show.ts";
import { keptPage } from "../routes/kept-page.ts";
import type { PlaygroundHost } from "./playground-host.ts";

export const playgroundEgress = "io.statefun.playground/egress";
const recordType = "io.statefun.playground/EgressRecord";

/** Of records that are sorted at one time. */
const pageSize = 1_000;
const maxPageBytes = 16_777_216;
/** How many topics without a reader are reported, once each. */
const maxReported = 100;
/** An answer is on its way when what it showed is crossed off. */
const settleMs = 100;

interface Topic {
  /** Positions of records that were not shown yet, in order. */
  readonly waiting: Position[];
  /** The last one that was shown. */
  cursor: Position;
  isBookmarked: boolean;
}

/**
 * The records of the playground egress, sorted by topic: each is shown once.
 *
 * They are kept in the store, and so is a bookmark for each topic, which is set a moment after an answer went
 * out. A crash in that moment shows the record again; none is ever lost to one.
 */
export class PlaygroundTopics {
  readonly #host: PlaygroundHost;
  readonly #topics: ReadonlyMap<string, Topic>;
  readonly #reported = new Set<string>();
  #sorted: Position;
  #sorting: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: PlaygroundHost, names: readonly string[]) {
    this.#host = host;
    const topics = names.map((name): [string, Topic] => {
      const stored = Number(host.bookmark(readerOf(name)) ?? 0);
      // A bookmark that cannot be read shows a topic from its start.
      const cursor = Number.isSafeInteger(stored) ? stored : 0;
      return [name, { waiting: [], cursor, isBookmarked: true }];
    });
    this.#topics = new Map(topics);
    this.#sorted = Math.min(...topics.map(([, { cursor }]) => cursor));
  }

  has(name: string): boolean {
    return this.#topics.has(name);
  }

  /** The oldest payload of a topic that was not shown yet; undefined if there is none now. */
  async take(name: string, signal: AbortSignal): Promise<string | undefined> {
    const topic = this.#topics.get(name);
    this.#sorting ??= this.#sort().finally(() => {
      this.#sorting = undefined;
    });
    await this.#sorting;
    for (;;) {
      const position = topic?.waiting[0];
      if (topic === undefined || position === undefined) return undefined;
      const [row] = await this.#host.kept(playgroundEgress, position - 1, 1, 1);
      signal.throwIfAborted();
      // Somebody else was shown it meanwhile.
      if (topic.waiting[0] !== position) continue;
      topic.waiting.shift();
      topic.cursor = position;
      topic.isBookmarked = false;
      this.#timer ??= setTimeout(() => void this.settle(), settleMs);
      // One that was kept for long enough is gone.
      if (row?.number === position) return recordOf(row).payload;
    }
  }

  /** Resolves when what was shown will not be shown again. Never rejects. */
  async settle(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const open = [...this.#topics].filter(([, { isBookmarked }]) => !isBookmarked);
    for (const [name, topic] of open) {
      topic.isBookmarked = true;
      try {
        await this.#host.setBookmark(readerOf(name), String(topic.cursor));
      } catch (error) {
        topic.isBookmarked = false;
        this.#host.onError(error);
      }
    }
  }

  async #sort(): Promise<void> {
    for (;;) {
      const rows = await keptPage(
        this.#host,
        playgroundEgress,
        this.#sorted,
        pageSize,
        maxPageBytes,
      );
      for (const row of rows) {
        this.#sorted = row.number;
        this.#sortOne(row);
      }
      if (rows.length === 0) return;
    }
  }

  #sortOne(row: EgressRow): void {
    try {
      const { topic: name } = recordOf(row);
      const topic = this.#topics.get(name);
      if (topic === undefined) {
        const hint = didYouMean(name, this.#topics.keys());
        throw unreadable(`is for topic ${show(name)}, which has no reader${hint}`);
      }
      if (row.number > topic.cursor) topic.waiting.push(row.number);
    } catch (error) {
      const text = String(error);
      if (this.#reported.has(text) || this.#reported.size >= maxReported) return;
      this.#reported.add(text);
      this.#host.onError(error);
    }
  }
}

function recordOf({ argument: { typename, bytes = noBytes } }: EgressRow): {
  readonly topic: string;
  readonly payload: string;
} {
  if (typename !== recordType) throw unreadable(`must be a ${recordType}, got a ${typename}`);
  let value: unknown;
  try {
    value = JSON.parse(textFromBytes(bytes));
  } catch {
    throw unreadable(`must be JSON, got ${bytes.length} bytes of something else`);
  }
  const { topic, payload }: Readonly<Record<string, unknown>> = isRecord(value) ? value : {};
  if (typeof topic !== "string" || payload === undefined) {
    throw unreadable('must be { "topic": "…", "payload": "…" }');
  }
  return { topic, payload: typeof payload === "string" ? payload : JSON.stringify(payload) };
}

function unreadable(what: string): StateFunError {
  return new StateFunError("value_invalid", `a record of egress ${playgroundEgress} ${what}`);
}

function readerOf(topic: string): string {
  return `${playgroundEgress}/${topic}`;
}
