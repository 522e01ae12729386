import type { Journal } from "../commit/journal.ts";
import type { PendingMessage } from "../commit/pending-message.ts";
import type { EngineFunction } from "../contract/function-transport.ts";
import type { TurnBudget } from "../contract/turn-budget.ts";
import type { Recovery } from "../failures/recovery.ts";
import type { Instance } from "../mailboxes/instance.ts";
import { BatchLimit } from "./batch-limit.ts";

/** Messages of one step. */
const batchMessages = 64;
const batchBytes = 4_194_304;

/** What the next step of an instance takes. */
export class NextBatch {
  readonly limits: BatchLimit = new BatchLimit(batchMessages);
  readonly #journal: Journal;
  readonly #recovery: Recovery;
  readonly #budget: TurnBudget | undefined;

  constructor(journal: Journal, recovery: Recovery, budget: TurnBudget | undefined) {
    this.#journal = journal;
    this.#recovery = recovery;
    this.#budget = budget;
  }

  /** In order, and no more than the head allows; undefined where that must be stored first. */
  of(
    actor: Instance,
    head: PendingMessage,
    fn: EngineFunction,
    mustBeStored: boolean,
  ): PendingMessage[] | undefined {
    const { durable } = this.#journal;
    if (!mayRun(head, mustBeStored, durable)) return undefined;
    // Most have one message, and a list that is made with one has room for no more.
    const batch = [head];
    const { mailbox, singles } = actor;
    if (mailbox.length === 1 || singles > 0) return batch;
    let { bytes } = head;
    const limit = this.#limit(fn);
    for (let index = 1; index < limit; index++) {
      const mail = mailbox.at(index);
      if (mail === undefined || !mayRun(mail, mustBeStored, durable)) break;
      // Elsewhere it cannot kill this process.
      if (!fn.isRemote && !this.#recovery.mayFollow(head, mail)) break;
      bytes += mail.bytes;
      if (bytes > batchBytes) break;
      batch.push(mail);
    }
    return batch;
  }

  #limit(fn: EngineFunction): number {
    const most = fn.maxBatch ?? this.limits.limit(fn);
    // Messages that wait are each in a turn of their own.
    const spare = this.limits.waits(fn) ? undefined : this.#budget?.limit(fn);
    return spare === undefined ? most : Math.min(most, spare);
  }
}

function mayRun(mail: PendingMessage, mustBeStored: boolean, durable: number): boolean {
  if (!mustBeStored && !mail.isCareful) return true;
  return mail.storedIn !== 0 && mail.storedIn <= durable;
}
