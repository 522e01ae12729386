import { deliveryRetry } from "../../model/back-off.ts";
import type { Clock } from "../../model/clock.ts";
import { windowRecords } from "../commit/in-windows.ts";
import type { CommitListener, Journal } from "../commit/journal.ts";
import { sizeOf } from "../commit/pending-message.ts";
import type { OpenWindow } from "../commit/window.ts";
import {
  drainedMs,
  type LinkAnswer,
  type LinkBatch,
  type LinkMessage,
  latestEpoch,
  silentMs,
} from "../contract/links.ts";
import type { EngineParts, Linked } from "../contract/options.ts";
import type { LinkOut, OutboxRecord } from "../contract/records.ts";
import { assertLinkAnswer } from "../contract/rpc-checks.ts";
import type { LinkStore } from "../contract/store.ts";
import { LazyRemoval } from "./lazy-removal.ts";
import { noProgress, takenAsAcknowledged } from "./link-errors.ts";
import { runsOfText, textOfRuns, withRun } from "./link-runs.ts";
import { backOffOf, beginWait, forgetRest, type Sender } from "./link-sender.ts";

/** What one RPC takes at most, a single larger message excepted. */
const batchMessages = 1_000;
const batchBytes = 1_048_576;

const dayMs = 86_400_000;
/** So long after its last batch a receiver still knows a link, whatever their clocks say. */
const rememberedMs = silentMs - dayMs;

/** How a link waits whose receiver is full. It has each message on disk, so it only costs the RPCs. */
const fullRetry = { initialDelayMs: 50, maxDelayMs: 60_000 };

/** What the directory does not know is reported again at least this often. */
const longestRepeatMs = 3_600_000;

type LinkOptions = Linked &
  Pick<
    EngineParts,
    "name" | "clock" | "random" | "onError" | "isEvictable" | "leftoverWaitMs" | "directory"
  >;

/** The outboxes of this partition, one for each partition that it sends to. */
export class LinksOut implements CommitListener {
  readonly #store: LinkStore;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #options: LinkOptions;
  readonly #onIdle: () => void;
  readonly #senders = new Map<string, Sender>();
  readonly #removal: LazyRemoval<Sender>;
  #isStarted = false;
  /** What was left for the directory is sent at once: its acknowledgement should be there before the first window. */
  #isOpen = false;
  #cancelStart: (() => void) | undefined;
  /** Of the last window. */
  #windowTime = 0;
  #isStopped = false;
  #sweepAt: number;

  constructor(journal: Journal, options: LinkOptions, onIdle: () => void) {
    this.#store = options.store;
    this.#journal = journal;
    this.#clock = options.clock;
    this.#options = options;
    this.#onIdle = onIdle;
    this.#removal = new LazyRemoval(journal, options.isEvictable);
    this.#sweepAt = journal.now() + drainedMs;
  }

  /**
   * Continues the links of an earlier run: numbers go on where they were. `time` is that of its last window. What was left
   * for too long is taken as acknowledged: what is not keeps writing windows, one a day.
   */
  restore(time: number): void {
    this.#windowTime = time;
    const restedMs = this.#journal.now() - time;
    const { isEvictable } = this.#options;
    const isOld = isEvictable && restedMs >= rememberedMs;
    for (const { link, last, ...stored } of this.#store.linksOut()) {
      // No engine has written a later one: as that of a link whose numbers are lost.
      const { epoch, base } = stored.epoch <= latestEpoch ? stored : { epoch: 0, base: 0 };
      const oldest = this.#store.outbox(link, 0, 1)[0]?.number ?? last + 1;
      const { runs = "" } = stored;
      const sender = this.#sender({ link, epoch, base, last, runs }, oldest - 1);
      sender.durable = last;
      sender.durableEpoch = epoch;
      if (oldest > last) continue;
      // What rests between two tries has waited up to now: it does not begin with short waits again.
      if (isEvictable) sender.firstWaitMs = Math.max(fullRetry.initialDelayMs, restedMs);
      if (!isOld || sender.isToDirectory) continue;
      sender.acknowledged = last;
      this.#removal.add(sender, last, 0);
      // An object that rested with everything acknowledged is opened by a request: an alarm was for something.
      const { leftoverWaitMs = 0 } = this.#options;
      if (leftoverWaitMs === 0) {
        this.#options.onError(takenAsAcknowledged(link, oldest, last), {});
      }
    }
  }

  /** Nothing is sent before this. What an earlier run left is sent first, or with what is in the first window. */
  start(): void {
    const { leftoverWaitMs = 0 } = this.#options;
    const isLeft = this.waiting.length > 0;
    this.#isOpen = true;
    for (const sender of this.#senders.values()) if (sender.isToDirectory) this.#wake(sender);
    if (!isLeft || leftoverWaitMs === 0) this.#begin();
    else this.#cancelStart = this.#clock.after(leftoverWaitMs, () => this.#begin());
  }

  #begin(): void {
    this.#cancelStart?.();
    this.#cancelStart = undefined;
    this.#isStarted = true;
    for (const sender of this.#senders.values()) this.#wake(sender);
  }

  /** Adds a message to the outbox, in the open window, or in one that is about to be written. */
  append(link: string, message: LinkMessage, window: OpenWindow = this.#journal.window): void {
    let sender = this.#senders.get(link);
    if (sender === undefined) {
      // The directory looks at no epoch, and one that was long ago keeps no partition from being removed.
      const isToDirectory = this.#options.directory?.isShard(link) === true;
      const epoch = isToDirectory ? 1 : this.#journal.now();
      sender = this.#sender({ link, epoch, base: 0, last: 0 }, 0);
    }
    sender.usedAt = this.#journal.now();
    const { runs, last, acknowledged } = sender;
    sender.runs = withRun(runs, this.#journal.opener, last, acknowledged);
    forgetRest(sender, fullRetry.initialDelayMs);
    const number = ++sender.last;
    window.outbox.push({ link, number, ...message });
    this.#save(sender, window);
    if (window === this.#journal.window) this.#journal.touch();
  }

  closing(window: OpenWindow): void {
    this.#windowTime = this.#journal.now();
    this.#removal.into(window);
  }

  released({ outbox, linksOut, isEmpty }: OpenWindow): void {
    for (const { link, number } of outbox) {
      const sender = this.#senders.get(link);
      if (sender !== undefined && number > sender.durable) sender.durable = number;
    }
    for (const [link, saved] of linksOut) {
      const sender = this.#senders.get(link);
      // Windows may be released out of order, and epochs only grow.
      if (sender !== undefined && saved !== undefined) {
        sender.durableEpoch = Math.max(sender.durableEpoch, saved.epoch);
      }
      this.#wake(sender);
    }
    if (!isEmpty && this.#cancelStart !== undefined) this.#begin();
  }

  /** Now and then closes what has been drained for long; the next message opens it under a greater epoch. */
  committed(): void {
    const { window } = this.#journal;
    const now = this.#journal.now();
    if (now < this.#sweepAt) return;
    this.#sweepAt = now + 60_000;
    for (const sender of this.#senders.values()) {
      if (window.linksOut.size >= windowRecords) break;
      if (sender.acknowledged < sender.last || sender.state !== "idle") continue;
      // It would cost a window, and lies where it costs nothing.
      if (sender.isToDirectory) continue;
      if (now - sender.usedAt < drainedMs) continue;
      this.#senders.delete(sender.link);
      this.#removal.forget(sender);
      window.removeOutbox(sender.link, sender.last);
      window.linksOut.set(sender.link, undefined);
      this.#journal.touchLazily();
    }
  }

  get isIdle(): boolean {
    for (const { state } of this.#senders.values()) if (state === "running") return false;
    return true;
  }

  /** Whether any has unacknowledged messages; `isNew`: of this run. */
  isWaiting(isNew: boolean): boolean {
    for (const { acknowledged, leftover, last } of this.#senders.values()) {
      if ((isNew ? Math.max(acknowledged, leftover) : acknowledged) < last) return true;
    }
    return false;
  }

  /** The same, of links to the directory alone, or of all others. */
  isWaitingFor(directory: boolean): boolean {
    for (const { isToDirectory, acknowledged, last } of this.#senders.values()) {
      if (isToDirectory === directory && acknowledged < last) return true;
    }
    return false;
  }

  /** Links with unacknowledged messages. */
  get waiting(): readonly string[] {
    const all = [...this.#senders.values()];
    return all.filter((sender) => sender.acknowledged < sender.last).map(({ link }) => link);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelStart?.();
    for (const { cancel } of this.#senders.values()) cancel?.();
  }

  #sender(link: LinkOut, acknowledged: number): Sender {
    const sender: Sender = {
      ...link,
      isToDirectory: this.#options.directory?.isShard(link.link) === true,
      runs: runsOfText(link.runs ?? ""),
      durableEpoch: 0,
      acknowledged,
      leftover: link.last,
      tried: link.last,
      isOutOfResources: false,
      durable: 0,
      usedAt: this.#journal.now(),
      failures: 0,
      refusals: 0,
      firstWaitMs: fullRetry.initialDelayMs,
      hasLongWait: false,
      state: "idle",
      cancel: undefined,
    };
    this.#senders.set(link.link, sender);
    return sender;
  }

  #save(
    { link, epoch, base, last, runs }: Sender,
    { linksOut }: OpenWindow = this.#journal.window,
  ): void {
    const known = runs.length > 0 && { runs: textOfRuns(runs) };
    linksOut.set(link, { link, epoch, base, last, ...known });
  }

  #wake(sender: Sender | undefined): void {
    if (sender?.state !== "idle") return;
    if (!this.#isStarted && !(this.#isOpen && sender.isToDirectory)) return;
    if (this.#isStopped || this.#journal.isStopped) return;
    if (sender.acknowledged >= sender.durable || sender.durableEpoch !== sender.epoch) return;
    sender.state = "running";
    // Rejects for nothing: what can fail is caught where it does.
    void this.#run(sender);
  }

  async #run(sender: Sender): Promise<void> {
    while (sender.acknowledged < sender.durable) {
      const { epoch } = sender;
      let answer: LinkAnswer;
      let bytes = 0;
      try {
        const batch = this.#batch(sender);
        if (batch === undefined) break;
        for (const message of batch.messages) bytes += sizeOf(message);
        const given: unknown = await this.#options.deliver(
          sender.link,
          this.#withHistory(sender, batch),
        );
        assertLinkAnswer(given);
        answer = given;
        sender.isOutOfResources = false;
      } catch (error) {
        if (this.#isStopped || this.#journal.isStopped) return;
        sender.isOutOfResources = this.#options.isOutOfResources?.(error) === true;
        this.#waitAndRetry(sender, error);
        return;
      }
      if (this.#isStopped || this.#journal.isStopped) return;
      const { acknowledged } = sender;
      this.#answered(sender, answer, bytes);
      // A new epoch is stored before it travels: its release goes on here.
      if (sender.epoch !== epoch) break;
      const isProgress = sender.acknowledged > acknowledged;
      const isFull = answer.kind === "taken" && answer.isFull === true;
      if (!isProgress && !isFull) {
        this.#waitAndRetry(sender, noProgress(sender, answer));
        return;
      }
      sender.failures = 0;
      if (isProgress) {
        sender.refusals = 0;
        sender.firstWaitMs = fullRetry.initialDelayMs;
      }
      if (isFull) {
        this.#waitForRoom(sender);
        return;
      }
    }
    sender.state = "idle";
    this.#onIdle();
  }

  /** The batch, with how many of its messages may have been sent before. */
  #withHistory(sender: Sender, batch: LinkBatch): LinkBatch {
    const { acknowledged, tried, isOutOfResources } = sender;
    const { length } = batch.messages;
    sender.tried = Math.max(tried, acknowledged + length);
    const before = Math.min(Math.max(tried - acknowledged, 0), length);
    if (before === 0) return batch;
    return isOutOfResources
      ? { ...batch, tried: before, isOutOfResources }
      : { ...batch, tried: before };
  }

  /** The next messages; undefined if one is missing: what is behind it then starts over. */
  #batch(sender: Sender): LinkBatch | undefined {
    const { link, epoch, base, acknowledged, durable } = sender;
    // One is enough to ask for room, and many that ask at the same time need that room.
    const limit = Math.min(sender.refusals > 0 ? 1 : batchMessages, durable - acknowledged);
    const rows = this.#store.outbox(link, acknowledged, limit);
    const messages: LinkMessage[] = [];
    let bytes = 0;
    const oldest = rows[0]?.number ?? durable + 1;
    if (oldest > acknowledged + 1) {
      sender.acknowledged = oldest - 1;
      this.#journal.window.removeOutbox(link, oldest - 1);
      this.#beginAnew(sender, 0);
      return undefined;
    }
    for (const row of rows) {
      // A row that cannot be read leaves a gap.
      if (row.number !== acknowledged + 1 + messages.length) break;
      bytes += sizeOf(row);
      if (messages.length > 0 && bytes > batchBytes) break;
      messages.push(messageOf(row));
    }
    const first = acknowledged + 1 - base;
    const runs = sender.runs.map(({ run, since }) => ({ run, since: Math.max(since - base, 0) }));
    return { from: this.#options.name, epoch, first, messages, runs };
  }

  /** `bytes` are those of the batch. */
  #answered(sender: Sender, answer: LinkAnswer, bytes: number): void {
    const { epoch, base, acknowledged, tried } = sender;
    // The first number that the receiver does not have.
    const next = base + (answer.kind === "taken" ? answer.last + 1 : answer.expected);
    const isOlder = answer.kind === "taken" && answer.isOlder === true;
    // What was appended meanwhile was not sent yet: a receiver that has its number has another message.
    const isKnown = answer.epoch === epoch && next <= tried + 1;
    if (isKnown && !isOlder && next > acknowledged) {
      if (next - 1 === acknowledged) return;
      sender.acknowledged = next - 1;
      this.#removal.add(sender, sender.acknowledged - acknowledged, bytes);
      return;
    }
    // The receiver forgot the link, or one of the two runs with an older store: the rest starts over.
    this.#options.onError(noProgress(sender, answer), {});
    this.#beginAnew(sender, answer.epoch);
  }

  /** Under a greater epoch, in which the oldest message that is left is number 1. */
  #beginAnew(sender: Sender, known: number): void {
    sender.epoch = Math.max(this.#journal.now(), sender.epoch + 1, known + 1);
    sender.base = sender.acknowledged;
    this.#save(sender);
    this.#journal.touch();
  }

  #waitAndRetry(sender: Sender, error: unknown): void {
    sender.failures++;
    this.#options.onError(error, {});
    // Opened by a request, it sends again what was most likely acknowledged, and has not waited for it. An alarm was for a try.
    const { leftoverWaitMs = 0, random } = this.#options;
    const firstWaitMs = leftoverWaitMs > 0 ? 0 : sender.firstWaitMs;
    const backOff = backOffOf({ firstWaitMs }, deliveryRetry, sender.failures, random);
    const waitedMs = sender.isToDirectory ? this.#journal.now() - this.#windowTime : 0;
    const repeatMs = Math.min(waitedMs, longestRepeatMs);
    sender.hasLongWait = repeatMs > backOff;
    this.#wait(sender, Math.max(backOff, repeatMs));
  }

  /** Not a failure: the receiver works at its own pace. */
  #waitForRoom(sender: Sender): void {
    sender.refusals++;
    this.#wait(sender, backOffOf(sender, fullRetry, sender.refusals, this.#options.random));
  }

  #wait(sender: Sender, delayMs: number): void {
    // A window says that it is still waited for: `restore` asks for one.
    const { isEvictable } = this.#options;
    if (isEvictable && this.#journal.now() - this.#windowTime >= dayMs) this.#journal.touchLazily();
    beginWait(sender, this.#clock, delayMs, () => this.#wake(sender));
    this.#onIdle();
  }
}

function messageOf({ target, caller, argument }: OutboxRecord): LinkMessage {
  return { target, caller, argument };
}
