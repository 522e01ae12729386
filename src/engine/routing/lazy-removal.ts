import type { Journal } from "../commit/journal.ts";
import type { OpenWindow } from "../commit/window.ts";

/** Acknowledged messages that may be left in the store: a run that finds them sends them again, to be dropped. */
const mostLeft = 16;
const mostLeftBytes = 65_536;

/** A link as far as removal goes. Numbers are those of its outbox. */
interface Acknowledged {
  readonly link: string;
  readonly isToDirectory: boolean;
  readonly acknowledged: number;
  /** Up to here an earlier run has left them. */
  readonly leftover: number;
}

/**
 * Removes from the outbox what was acknowledged: with a window that is written anyway, or soon where windows cost nothing.
 * Where they are billed, one is written for this alone if much is left, or if an earlier run had left it: nothing else
 * may ever be sent there, and each run would send it again.
 */
export class LazyRemoval<Sender extends Acknowledged> {
  readonly #journal: Journal;
  readonly #isBilled: boolean;
  readonly #senders = new Set<Sender>();
  #messages = 0;
  #bytes = 0;

  constructor(journal: Journal, isBilled: boolean) {
    this.#journal = journal;
    this.#isBilled = isBilled;
  }

  /** So many more messages of a link were acknowledged. */
  add(sender: Sender, messages: number, bytes: number): void {
    this.#senders.add(sender);
    this.#messages += messages;
    this.#bytes += bytes;
    const isMuch = this.#messages >= mostLeft || this.#bytes >= mostLeftBytes;
    const isOld = sender.acknowledged <= sender.leftover && !sender.isToDirectory;
    // Lost, they would be sent and dropped again.
    if (!this.#isBilled || isMuch || isOld) {
      this.#journal.touchLazily();
    }
  }

  /** Its outbox is emptied by other means. */
  forget(sender: Sender): void {
    this.#senders.delete(sender);
  }

  /** Adds what is to be removed to a window that is about to be written. */
  into(window: OpenWindow): void {
    for (const { link, acknowledged } of this.#senders) window.removeOutbox(link, acknowledged);
    this.#senders.clear();
    this.#messages = this.#bytes = 0;
  }
}
