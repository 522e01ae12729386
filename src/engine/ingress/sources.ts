import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import type { Journal } from "../commit/journal.ts";
import { whole } from "../commit/whole.ts";
import { keyOf } from "../commit/pending-message.ts";
import type { EngineOptions } from "../contract/options.ts";
import type { SourceBatch, SourceMessage } from "../contract/source-batch.ts";
import type { Store } from "../contract/store.ts";
import { type Observed, reportAccepted, reportRefused } from "../contract/telemetry/observed.ts";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import type { Hold } from "../holding/hold.ts";
import type { Router } from "../routing/router.ts";
import { fromOutside } from "./from-outside.ts";
import type { Ingress } from "./ingress.ts";
import { assertRoom } from "./room.ts";

/**
 * Takes what sources give that can be read again from a position. The messages of a batch and its position are
 * in one window: a crash leaves both or neither, so each of them comes in exactly once.
 */
export class Sources {
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #mailboxes: Mailboxes;
  readonly #router: Router;
  readonly #ingress: Ingress;
  readonly #hold: Hold;
  readonly #options: Pick<EngineOptions, "maxMailbox" | "maxPendingBytes"> & Observed;
  /** Sources that are read in this run: who reads them knows where they are. */
  readonly read: Set<string> = new Set();

  constructor(parts: {
    readonly store: Store;
    readonly journal: Journal;
    readonly mailboxes: Mailboxes;
    readonly router: Router;
    readonly ingress: Ingress;
    readonly hold: Hold;
    readonly options: EngineOptions;
  }) {
    this.#store = parts.store;
    this.#journal = parts.journal;
    this.#mailboxes = parts.mailboxes;
    this.#router = parts.router;
    this.#ingress = parts.ingress;
    this.#hold = parts.hold;
    this.#options = parts.options;
  }

  /** Where a source has got to; undefined for one that gave nothing yet. Throws while that cannot be known. */
  position(source: string): string | undefined {
    this.#ingress.assertOpen();
    this.#hold.assertNoImport("the position of a source is not known yet");
    this.read.add(source);
    return this.#journal.window.positions.get(source) ?? this.#store.position(source);
  }

  /** Takes all of a batch in the open window, or throws and takes nothing. */
  ingest({ source, ingress: name, position, messages }: SourceBatch): void {
    this.#assertAdmitted(messages);
    whole(this.#journal, () => {
      this.#journal.window.positions.set(source, position);
      const recorder = this.#options.recording?.recorder;
      recorder?.begin({ kind: "outside", way: "ingress", name });
      for (const message of messages) {
        const { target, argument } = fromOutside(message);
        this.#router.post(undefined, target, argument);
      }
      recorder?.end();
      this.#journal.touch();
    });
    if (this.#options.observer?.accepted === undefined) return;
    for (const message of messages) {
      reportAccepted(this.#options, message, { kind: "ingress", delayMs: 0, isDuplicate: false });
    }
  }

  /** A batch that is refused is reported by its first message: it comes again, maybe often. */
  #assertAdmitted(messages: readonly SourceMessage[]): void {
    try {
      this.#ingress.assertOpen();
      this.#hold.assertNoImport("no records are taken from a source");
      this.#assertRoom(messages);
    } catch (error) {
      const [first] = messages;
      if (first !== undefined) reportRefused(this.#options, first, error);
      throw error;
    }
  }

  /** A mailbox that is empty takes any batch: one that could never fit would be refused for ever. */
  #assertRoom(messages: readonly SourceMessage[]): void {
    const { maxMailbox, maxPendingBytes } = this.#options;
    assertRoom(this.#mailboxes, maxPendingBytes);
    const coming = new Map<string, number>();
    let resting = this.#mailboxes.resting;
    for (const { target } of messages) {
      const isTooMany = this.#mailboxes.isResting(target) && ++resting > maxMailbox;
      if (isTooMany && this.#mailboxes.resting > 0) {
        const text = `${this.#mailboxes.resting} messages wait for functions that are not bound or are paused, like ${target.typename}: maxMailbox is ${maxMailbox}`;
        throw new StateFunError("mailbox_full", text);
      }
      const waiting = this.#mailboxes.lengthOf(target);
      const key = keyOf(target);
      const length = waiting + (coming.get(key) ?? 0) + 1;
      coming.set(key, length - waiting);
      if (length <= maxMailbox || waiting === 0) continue;
      const text = `the mailbox of ${target.typename} ${show(target.id)} holds ${waiting} messages, so another batch does not fit into maxMailbox (${maxMailbox})`;
      throw new StateFunError("mailbox_full", text);
    }
  }
}
