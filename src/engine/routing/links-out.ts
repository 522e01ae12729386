import { StateFunError } from "../../internal/errors.ts";
import { backOffMs, deliveryRetry } from "../../model/back-off.ts";
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
} from "../contract/links.ts";
import type { EngineParts, Linked } from "../contract/options.ts";
import type { LinkOut, OutboxRecord } from "../contract/records.ts";
import { assertLinkAnswer } from "../contract/rpc-checks.ts";
import type { LinkStore } from "../contract/store.ts";

/** What one RPC takes at most, a single larger message excepted. */
const batchMessages = 1_000;
const batchBytes = 1_048_576;

/** One link as its sender knows it. Numbers are those of the outbox. */
interface Sender {
  readonly link: string;
  epoch: number;
  /** The epoch that survives a crash: under another one nothing travels. */
  durableEpoch: number;
  base: number;
  last: number;
  /**
   * The last message of earlier runs, while their epoch goes on. Only their messages travel under it: a store that was restored
   * gives the same numbers again, and the receiver would drop what is new as a repeat.
   */
  former: number;
  /** Everything up to here was acknowledged. */
  acknowledged: number;
  /** Everything up to here survives a crash, and may travel. */
  durable: number;
  usedAt: number;
  failures: number;
  state: "idle" | "running" | "waiting";
  cancel: (() => void) | undefined;
}

type LinkOptions = Linked & Pick<EngineParts, "name" | "clock" | "random" | "onError">;

/** The outboxes of this partition, one for each partition that it sends to. */
export class LinksOut implements CommitListener {
  readonly #store: LinkStore;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #options: LinkOptions;
  readonly #onIdle: () => void;
  readonly #senders = new Map<string, Sender>();
  #isStarted = false;
  #isStopped = false;
  #sweepAt: number;

  constructor(journal: Journal, options: LinkOptions, onIdle: () => void) {
    this.#store = options.store;
    this.#journal = journal;
    this.#clock = options.clock;
    this.#options = options;
    this.#onIdle = onIdle;
    this.#sweepAt = journal.now() + drainedMs;
  }

  /** Continues the links of earlier runs: numbers of rows go on where they were, under an epoch of this run. */
  restore(): void {
    for (const { link, last, ...stored } of this.#store.linksOut()) {
      // No engine has written a later one: as that of a link whose numbers are lost.
      const { epoch, base } = stored.epoch <= latestEpoch ? stored : { epoch: 0, base: 0 };
      const oldest = this.#store.outbox(link, 0, 1)[0]?.number ?? last + 1;
      const sender = this.#sender({ link, epoch, base, last }, oldest - 1);
      sender.durable = last;
      sender.durableEpoch = epoch;
      sender.former = last;
    }
  }

  /** Nothing is sent before this. What an earlier run left is sent first. */
  start(): void {
    this.#isStarted = true;
    for (const sender of this.#senders.values()) this.#wake(sender);
  }

  /** Adds a message to the outbox, in the open window. */
  append(link: string, message: LinkMessage): void {
    const { window } = this.#journal;
    let sender = this.#senders.get(link);
    if (sender === undefined) {
      sender = this.#sender({ link, epoch: this.#journal.now(), base: 0, last: 0 }, 0);
    }
    sender.usedAt = this.#journal.now();
    if (sender.acknowledged >= sender.former) this.#beginAnew(sender, 0);
    const number = ++sender.last;
    window.outbox.push({ link, number, ...message });
    this.#save(sender);
    this.#journal.touch();
  }

  released({ outbox, linksOut }: OpenWindow): void {
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
      if (now - sender.usedAt < drainedMs) continue;
      this.#senders.delete(sender.link);
      window.linksOut.set(sender.link, undefined);
      this.#journal.touchLazily();
    }
  }

  get isIdle(): boolean {
    for (const { state } of this.#senders.values()) if (state === "running") return false;
    return true;
  }

  /** Links with unacknowledged messages. */
  get waiting(): readonly string[] {
    const all = [...this.#senders.values()];
    return all.filter((sender) => sender.acknowledged < sender.last).map(({ link }) => link);
  }

  stop(): void {
    this.#isStopped = true;
    for (const { cancel } of this.#senders.values()) cancel?.();
  }

  #sender(link: LinkOut, acknowledged: number): Sender {
    const sender: Sender = {
      ...link,
      durableEpoch: 0,
      former: Number.POSITIVE_INFINITY,
      acknowledged,
      durable: 0,
      usedAt: this.#journal.now(),
      failures: 0,
      state: "idle",
      cancel: undefined,
    };
    this.#senders.set(link.link, sender);
    return sender;
  }

  #save({ link, epoch, base, last }: Sender): void {
    this.#journal.window.linksOut.set(link, { link, epoch, base, last });
  }

  #wake(sender: Sender | undefined): void {
    if (sender?.state !== "idle" || !this.#isStarted) return;
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
      try {
        const batch = this.#batch(sender);
        if (batch === undefined) break;
        const given: unknown = await this.#options.deliver(sender.link, batch);
        assertLinkAnswer(given);
        answer = given;
      } catch (error) {
        if (this.#isStopped || this.#journal.isStopped) return;
        this.#waitAndRetry(sender, error);
        return;
      }
      if (this.#isStopped || this.#journal.isStopped) return;
      const { acknowledged } = sender;
      this.#answered(sender, answer);
      // A new epoch is stored before it travels: its release goes on here.
      if (sender.epoch !== epoch) break;
      if (sender.acknowledged === acknowledged) {
        this.#waitAndRetry(sender, noProgress(sender, answer));
        return;
      }
      sender.failures = 0;
    }
    sender.state = "idle";
    this.#onIdle();
  }

  /** The next messages; undefined if one is missing: what is behind it then starts over. */
  #batch(sender: Sender): LinkBatch | undefined {
    const { link, epoch, base, acknowledged, durable, former } = sender;
    const limit = Math.min(batchMessages, Math.min(durable, former) - acknowledged);
    const rows = this.#store.outbox(link, acknowledged, limit);
    const messages: LinkMessage[] = [];
    let bytes = 0;
    const first = rows[0]?.number ?? durable + 1;
    if (first > acknowledged + 1) {
      sender.acknowledged = first - 1;
      this.#journal.window.removeOutbox(link, first - 1);
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
    return { from: this.#options.name, epoch, first: acknowledged + 1 - base, messages };
  }

  #answered(sender: Sender, answer: LinkAnswer): void {
    const { epoch, base, acknowledged, last, former } = sender;
    const told = base + (answer.kind === "taken" ? answer.last : answer.expected - 1);
    // Of earlier runs the receiver may have more than an older store knows.
    const taken = Math.min(told, former);
    const isKnown = answer.epoch === epoch && taken >= acknowledged && taken <= last;
    if (isKnown && taken > acknowledged) {
      sender.acknowledged = taken;
      this.#journal.window.removeOutbox(sender.link, taken);
      // Lost, it would be sent and dropped again.
      this.#journal.touchLazily();
    }
    // The receiver forgot the link, or one of the two runs with an older store: the rest starts over.
    if (!isKnown) this.#options.onError(noProgress(sender, answer), {});
    if (!isKnown || (taken >= former && last > former)) this.#beginAnew(sender, answer.epoch);
  }

  /** Under a greater epoch, in which the oldest message that is left is number 1. */
  #beginAnew(sender: Sender, known: number): void {
    sender.epoch = Math.max(this.#journal.now(), sender.epoch + 1, known + 1);
    sender.base = sender.acknowledged;
    sender.former = Number.POSITIVE_INFINITY;
    this.#save(sender);
    this.#journal.touch();
  }

  #waitAndRetry(sender: Sender, error: unknown): void {
    sender.failures++;
    sender.state = "waiting";
    this.#options.onError(error, {});
    const delayMs = backOffMs(deliveryRetry, sender.failures, this.#options.random);
    sender.cancel = this.#clock.after(delayMs, () => {
      sender.cancel = undefined;
      sender.state = "idle";
      this.#wake(sender);
    });
    this.#onIdle();
  }
}

function messageOf({ target, caller, argument }: OutboxRecord): LinkMessage {
  return { target, caller, argument };
}

function noProgress(
  { link, epoch, base, acknowledged }: Sender,
  answer: LinkAnswer,
): StateFunError {
  const sent = `message ${acknowledged + 1 - base} of epoch ${epoch}`;
  const text = `partition ${link} answered ${JSON.stringify(answer)} to ${sent}: it lost its position, or we did`;
  return new StateFunError("unavailable", text);
}
