import { callerTypename, invalid } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import { plainValue, type WireAddress, type WireValue } from "../../model/invocation.ts";
import { inWindows, recordsByPage } from "../commit/in-windows.ts";
import type { Journal } from "../commit/journal.ts";
import { whole } from "../commit/whole.ts";
import { shortReason } from "../contract/limits.ts";
import type { DeadRecord, Position } from "../contract/records.ts";
import type { Store } from "../contract/store.ts";
import { type Observed, copyOfAddress } from "../contract/telemetry/observed.ts";
import type { Calls } from "../routing/calls.ts";
import type { Router } from "../routing/router.ts";
import { deadLetterAddress, deadLetterToMessage } from "../routing/system-addresses.ts";

/** Why a message was given up. */
export interface Cause {
  readonly code: string;
  readonly reason: string;
  readonly attempts: number;
  /** The number that the message had in its mailbox. */
  readonly message?: Position;
}

/** Where a replayed message goes. */
export interface Replayer {
  post(caller: WireAddress | undefined, target: WireAddress, argument: WireValue): void;
  /** The record keeps its number: by it, receivers know one that they have. */
  emit(from: WireAddress, egress: string, argument: WireValue, number: Position): void;
  /** Throws where no message more may wait. */
  assertRoom(): void;
}

/**
 * Messages that were given up, and records for egresses that are not bound: kept until they are replayed or
 * discarded.
 */
export class DeadLetters {
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #calls: Calls;
  readonly #router: Router;
  readonly #options: Observed;

  constructor(store: Store, journal: Journal, calls: Calls, router: Router, options: Observed) {
    this.#options = options;
    this.#store = store;
    this.#journal = journal;
    this.#calls = calls;
    this.#router = router;
  }

  /**
   * Adds one in the open window. A call that waits for the message ends with its error. One of an egress record has its
   * number, where it is kept here.
   */
  add(
    message: Pick<DeadRecord, "target" | "caller" | "argument">,
    { code, reason: text, attempts, message: given }: Cause,
    record?: { readonly egress: string; readonly number: Position },
  ): void {
    const { target, caller } = message;
    const deadLetterHeaders = this.#options.observer?.deadLetterHeaders?.(message);
    const argument = { ...plainValue(message.argument), ...deadLetterHeaders };
    const egress = record?.egress;
    const reason = shortReason(text);
    const failedAt = this.#journal.now();
    const letter = { target, caller, argument, code, reason, attempts, failedAt, egress };
    if (this.#router.isHere(deadLetterAddress)) {
      const number = record?.number ?? this.#journal.nextNumber();
      this.keep(letter, number);
      const event = { message: given, letter: number, egress, address: target };
      this.#options.recording?.recorder?.gaveUp({ ...event, argument, code, reason });
    } else this.#router.postOwn(undefined, deadLetterAddress, deadLetterToMessage(letter));
    if (caller?.typename === callerTypename && egress === undefined) {
      this.#calls.settle(caller.id, { kind: "error", code, reason });
    }
    this.#report(letter);
  }

  #report({ target, egress, argument, code, reason, attempts }: Omit<DeadRecord, "number">): void {
    const { observer, kind: engine = "embedded" } = this.#options;
    observer?.dead?.({
      ...{ engine, egress, code, reason, attempts },
      address: copyOfAddress(target),
      messageTypename: argument.typename,
    });
  }

  /** Adds one that happened here, or in another partition, in the open window. */
  keep(letter: Omit<DeadRecord, "number">, number: Position = this.#journal.nextNumber()): void {
    this.#journal.window.dead.push({ number, ...letter });
    this.#journal.touch();
  }

  /** Takes a dead letter out, in the open window. */
  take(number: Position): DeadRecord {
    const { deadRemoved } = this.#journal.window;
    const record = deadRemoved.has(number) ? undefined : this.#store.deadAt(number);
    if (record === undefined) throw invalid(`dead letter ${show(number)} does not exist`);
    deadRemoved.add(number);
    this.#journal.touch();
    return record;
  }

  /** Sends a dead letter again, behind everything that waits. */
  replay(number: Position, to: Replayer, hasEgress: (egress: string) => boolean): void {
    const letter = this.#store.deadAt(number);
    if (letter !== undefined) this.#assertRoom([letter], to);
    const egress = letter?.egress;
    if (egress !== undefined && !hasEgress(egress)) {
      throw new StateFunError(
        "unknown_egress",
        `egress ${egress} is not bound: bind it, then replay`,
      );
    }
    const taken = this.take(number);
    whole(this.#journal, () => this.#send(taken, to));
  }

  /** Takes letters out that were just read from the store, and that the open window has not taken; with `to` they are sent again. */
  takeAll(letters: readonly DeadRecord[], to: Replayer | undefined): void {
    if (to !== undefined) this.#assertRoom(letters, to);
    whole(this.#journal, () => {
      for (const letter of letters) {
        this.#journal.window.deadRemoved.add(letter.number);
        if (to !== undefined) this.#send(letter, to);
      }
    });
    if (letters.length > 0) this.#journal.touch();
  }

  /** What is sent again comes from outside, as far as it waits in mailboxes here: a page is let in as long as there is room. */
  #assertRoom(letters: readonly DeadRecord[], to: Replayer): void {
    const isHere = ({ egress, target }: DeadRecord): boolean =>
      egress === undefined && this.#router.isHere(target);
    if (letters.some(isHere)) to.assertRoom();
  }

  /** Records of egresses that are bound now and were not before: they go out. Nothing else is sent meanwhile. */
  async resume(egresses: Iterable<string>, to: Replayer): Promise<void> {
    for (const egress of egresses) {
      const letters = recordsByPage((after, limit) => this.#store.dead(after, limit, egress));
      await inWindows(this.#journal, letters, (record) => {
        if (record.code !== "unknown_egress") return;
        this.#journal.window.deadRemoved.add(record.number);
        this.#send(record, to);
      });
    }
  }

  #send({ number, egress, caller, target, argument }: DeadRecord, to: Replayer): void {
    const recorder = this.#options.recording?.recorder;
    recorder?.begin({ kind: "letter", number });
    if (egress === undefined) to.post(caller, target, argument);
    else to.emit(target, egress, argument, number);
    recorder?.end();
  }
}
