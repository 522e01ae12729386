import type { IngressHost, SourceHealth } from "../../../engine/contract/ingress-host.ts";
import type { SourceMessage } from "../../../engine/contract/source-batch.ts";
import { StateFunError } from "../../../internal/errors.ts";
import { plainIn } from "../../../model/plain-bytes.ts";
import type { FetchedPartition } from "../client/client.ts";
import { positionText } from "../client/log-position.ts";
import { backOff, wait } from "../client/wait.ts";
import type { BackPressure } from "./back-pressure.ts";
import type { OnInvalid } from "./invalid-records.ts";
import { Meter } from "./meter.ts";
import type { ReadAhead } from "./read-ahead.ts";
import type { OpenRecords } from "./open-records.ts";
import { readBatches, type TopicRecord } from "./read-batches.ts";
import { isKeyMissing, oversized, type RecordRoute, recordError } from "./record-routes.ts";

/** Records that are read ahead: with fewer of them in memory more are fetched. */
const readAheadRecords = 5_000;
/** Messages that go into the engine at once. A record's are never parted. */
const maxBatch = 500;
/** Batches that do not survive a crash yet. */
const maxInFlight = 2;

export interface TopicPartitionParts {
  readonly topic: string;
  readonly partition: number;
  /** The id of the topic whose log it is. */
  readonly log: string;
  /** What the engine calls it. */
  readonly source: string;
  readonly from: bigint;
  readonly host: IngressHost;
  readonly room: BackPressure;
  readonly route: RecordRoute;
  readonly open?: OpenRecords | undefined;
  readonly readAhead: ReadAhead;
  readonly onInvalid: OnInvalid;
  /** The typename of its values. */
  readonly typename: string;
  /** More may be fetched. */
  readonly onHungry: () => void;
}

interface Stall {
  readonly error: unknown;
  readonly sinceMs: number;
}

interface Routed {
  /** The offset behind the record. */
  readonly next: bigint;
  readonly messages: readonly SourceMessage[];
}

/**
 * One partition while it is assigned here: what was fetched waits in memory, becomes messages in its order, and goes
 * into the engine with the offset behind it. From `stop` on nothing of it goes in.
 */
export class TopicPartition {
  readonly topic: string;
  readonly partition: number;
  readonly log: string;
  readonly source: string;
  /** What is fetched next. */
  fetchOffset: bigint;
  /** Everything before it survives a crash: what may be committed to the group. */
  durable: bigint;
  readonly #parts: TopicPartitionParts;
  readonly #meter: Meter;
  readonly #stopped = new AbortController();
  /** Fetched and not routed yet. */
  readonly #records: TopicRecord[] = [];
  /** How many of them, from the first on, were opened. */
  #opened = 0;
  #bytes = 0;
  /** Routed and not taken yet: a refused batch is given again. */
  readonly #routed: Routed[] = [];
  /** Behind the last fetched record, control records included. */
  #end: bigint;
  /** Behind the last record that went in. */
  #taken: bigint;
  #highWatermark: bigint | undefined;
  #inFlight = 0;
  #isPumping = false;
  #isPaused = false;
  #invalid = 0;
  #stall: Stall | undefined;
  #waiting: (() => void)[] = [];

  constructor(parts: TopicPartitionParts) {
    this.topic = parts.topic;
    this.partition = parts.partition;
    this.log = parts.log;
    this.source = parts.source;
    this.fetchOffset = this.durable = this.#end = this.#taken = parts.from;
    this.#parts = parts;
    this.#meter = new Meter(() => performance.now());
  }

  get isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  /** More may be fetched. */
  get isHungry(): boolean {
    if (this.isStopped || this.#records.length >= readAheadRecords) return false;
    return this.#bytes < this.#parts.readAhead.share;
  }

  /** It may be hungry any moment. */
  get isMoving(): boolean {
    return !this.isStopped && !this.#isPaused && this.#stall === undefined;
  }

  /** Why it stands still at a record, and since when; undefined while it does not. */
  get stall(): Stall | undefined {
    return this.#stall;
  }

  /** Takes what was fetched from `requested` on, unless another position is wanted by now. */
  add(fetched: FetchedPartition, requested: bigint): void {
    if (this.isStopped || requested !== this.fetchOffset) return;
    this.#highWatermark = fetched.highWatermark;
    const { records, next } = readBatches(this.topic, fetched, requested);
    if (next === undefined) return;
    this.fetchOffset = this.#end = next;
    for (const record of records) {
      this.#records.push(record);
      this.#bytes += sizeOf(record);
    }
    void this.#pump();
  }

  /** There is nothing behind what is wanted next. */
  caughtUp(requested: bigint): void {
    if (requested === this.fetchOffset) this.#highWatermark ??= requested;
  }

  /** Fetch from elsewhere: the next record no longer exists. */
  moveTo(offset: bigint): void {
    if (this.isStopped) return;
    this.fetchOffset = this.#end = offset;
    void this.#pump();
  }

  /** Takes nothing more, from now on. Resolves when what it has given survives a crash. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    while (this.#inFlight > 0) await this.#landing();
  }

  health(): SourceHealth {
    const high = this.#highWatermark;
    return {
      source: this.source,
      position: String(this.#taken),
      lag: high === undefined ? undefined : Math.max(0, Number(high - this.#taken)),
      rate: this.#meter.rate,
      records: this.#meter.total,
      invalid: this.#invalid,
      isPaused: this.#isPaused,
    };
  }

  /** Resolves when one more batch survives a crash, or can be lost for all that is known. */
  #landing(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Never rejects: what can fail is caught where it does. */
  async #pump(): Promise<void> {
    if (this.#isPumping) return;
    this.#isPumping = true;
    const { room } = this.#parts;
    const { signal } = this.#stopped;
    let tries = 0;
    while (!signal.aborted && this.#taken !== this.#end) {
      if (room.isFull) {
        this.#isPaused = true;
        await room.wait(signal);
      }
      if (this.#inFlight >= maxInFlight) {
        await this.#landing();
        continue;
      }
      // Smaller ones where a mailbox is nearly full.
      const limit = Math.max(1, maxBatch >> Math.min(tries, 10));
      if (this.#parts.open !== undefined) await this.#openSome(this.#parts.open, limit);
      if (!signal.aborted) this.#routeSome(limit);
      const isSealed = !this.#routed.some(mustSeal) || (await this.#seal());
      const isTaken = isSealed && this.#give(limit);
      if (isTaken) tries = 0;
      this.#isPaused = !isTaken && this.#stall === undefined;
      if (!isTaken && !signal.aborted) {
        const most = this.#stall === undefined ? 1_000 : 60_000;
        await wait(backOff(tries++, 10, most), signal);
      }
    }
    this.#isPaused = false;
    this.#isPumping = false;
  }

  /** Gives a batch of at most this number of messages, or those of a single record; false when it must wait. */
  #give(limit: number): boolean {
    const { source, log, host, onHungry } = this.#parts;
    // It may have been stopped while it waited for room.
    if (this.isStopped) return false;
    let count = 0;
    const messages: SourceMessage[] = [];
    for (const one of this.#routed) {
      if (count > 0 && messages.length + one.messages.length > limit) break;
      messages.push(...one.messages);
      count++;
    }
    const isAll = count === this.#routed.length && this.#records.length === 0;
    const next = isAll ? this.#end : this.#routed[count - 1]?.next;
    // It stands at a record that it must not pass.
    if (next === undefined) return false;
    try {
      const position = positionText({ offset: next, log });
      host.ingest({ source, position, messages }, (error) => {
        this.#inFlight--;
        if (error === undefined) this.durable = next;
        else this.#stopped.abort();
        for (const resolve of this.#waiting.splice(0)) resolve();
      });
    } catch (error) {
      const code = error instanceof StateFunError ? error.code : undefined;
      if (code !== "mailbox_full" && code !== "unavailable") {
        this.#stopped.abort();
        // Whoever stopped the runtime has said so.
        if (code !== "draining" && code !== "store_failed") host.onError(error);
      }
      return false;
    }
    this.#inFlight++;
    this.#taken = next;
    this.#meter.add(count);
    this.#routed.splice(0, count);
    onHungry();
    return true;
  }

  /** Encrypts what must be before it is given; false when it must wait for a key. */
  async #seal(): Promise<boolean> {
    try {
      for (const [index, routed] of this.#routed.entries()) {
        if (!mustSeal(routed)) continue;
        const { next, messages } = routed;
        const made = messages.map(async ({ target, argument }) => ({
          target,
          argument: await (plainIn(argument)?.sealed(argument) ?? argument),
        }));
        this.#routed[index] = { next, messages: await Promise.all(made) };
      }
      return true;
    } catch (error) {
      this.#parts.host.onError(error);
      return false;
    }
  }

  /** Decrypts the records of the next batch. Those that had no key are decrypted again. */
  async #openSome(open: OpenRecords, limit: number): Promise<void> {
    if (this.#stall !== undefined) this.#opened = 0;
    const records = this.#records.slice(this.#opened, limit);
    if (records.length === 0) return;
    const opened = await open(records);
    // Meanwhile more may have come, but behind them.
    this.#records.splice(this.#opened, opened.length, ...opened);
    this.#opened += opened.length;
  }

  /** Makes messages of records until there are enough for a batch. */
  #routeSome(limit: number): void {
    let messages = 0;
    for (const one of this.#routed) messages += one.messages.length;
    let done = 0;
    const most = this.#parts.open === undefined ? this.#records.length : this.#opened;
    while (messages < limit && this.#routed.length < maxBatch && done < most) {
      const record = this.#records[done];
      const routed = record && this.#routeOne(record);
      if (record === undefined || routed === undefined) break;
      this.#routed.push({ next: record.offset + 1n, messages: routed });
      this.#bytes -= sizeOf(record);
      messages += routed.length;
      done++;
    }
    // Once for all of them: it moves the rest.
    if (done > 0) this.#records.splice(0, done);
    this.#opened = Math.max(0, this.#opened - done);
  }

  /** Undefined for one that must not be passed. */
  #routeOne(record: TopicRecord): readonly SourceMessage[] | undefined {
    const { route, onInvalid, host, typename } = this.#parts;
    const routed = route(record, host.maxMessageBytes);
    const defect = "defect" in routed ? routed : oversized(routed, host.maxMessageBytes);
    if (defect === undefined) {
      this.#stall = undefined;
      // Not the defect: that was looked for above.
      return routed as readonly SourceMessage[];
    }
    const error = recordError(record, defect);
    host.onError(error);
    const instead = isKeyMissing(defect) ? undefined : onInvalid(record, defect, typename);
    const sinceMs = this.#stall?.sinceMs ?? host.now();
    this.#stall = instead === undefined ? { error, sinceMs } : undefined;
    if (instead !== undefined) this.#invalid++;
    return instead;
  }
}

function mustSeal({ messages }: Routed): boolean {
  return messages.some(({ argument }) => plainIn(argument) !== undefined);
}

function sizeOf({ key, value, headers }: TopicRecord): number {
  let size = (key?.length ?? 0) + (value?.length ?? 0) + 100;
  for (const [name, one] of headers) size += (name?.length ?? 0) + (one?.length ?? 0) + 50;
  return size;
}
