import { StateFunError } from "../../internal/errors.ts";
import { randomName } from "../../internal/random-name.ts";
import { show } from "../../internal/show.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { plainIn } from "../../model/plain-bytes.ts";
import type { Journal } from "../commit/journal.ts";
import type { PendingMessage } from "../commit/pending-message.ts";
import type { Arrived } from "../commit/window.ts";
import type { Answer } from "../contract/answer.ts";
import type { Arrival, Receipt } from "../contract/arrival.ts";
import type { EngineOptions } from "../contract/options.ts";
import type { AcceptedRecord, Position } from "../contract/records.ts";
import { reportAccepted, reportRefused } from "../contract/telemetry/observed.ts";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import type { Hold } from "../holding/hold.ts";
import { answerOf, type Calls } from "../routing/calls.ts";
import type { Router } from "../routing/router.ts";
import { callAddress } from "../routing/system-addresses.ts";
import type { Timers } from "../timers.ts";
import { fromOutside } from "./from-outside.ts";
import { messageDigest } from "./payload-digest.ts";
import { assertRoom } from "./room.ts";

/**
 * How many windows a message from outside may wait for its run without being stored, if windows close before all
 * have run. Under load this avoids storing a message only to delete it, and receipts come at the pace of the work
 * instead of that of the disk. A message that waits longer is stored, and its receipt is sent.
 */
const maxPostponed = 10;

/** Takes messages from outside: bounded, and each idempotency key once. */
export class Ingress {
  readonly #journal: Journal;
  readonly #mailboxes: Mailboxes;
  readonly #router: Router;
  readonly #timers: Timers;
  readonly #calls: Calls;
  readonly #options: EngineOptions;
  readonly #hold: Hold;
  /** Called for each message that is accepted. */
  readonly #onAccepted: () => void;
  #isClosed = false;

  constructor(parts: {
    readonly journal: Journal;
    readonly mailboxes: Mailboxes;
    readonly router: Router;
    readonly timers: Timers;
    readonly calls: Calls;
    readonly options: EngineOptions;
    readonly hold: Hold;
    readonly onAccepted: () => void;
  }) {
    this.#onAccepted = parts.onAccepted;
    this.#journal = parts.journal;
    this.#mailboxes = parts.mailboxes;
    this.#router = parts.router;
    this.#timers = parts.timers;
    this.#calls = parts.calls;
    this.#options = parts.options;
    this.#hold = parts.hold;
  }

  close(): void {
    this.#isClosed = true;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Accepts a message, or throws and accepts nothing. `done` is called once it survives a crash, or with the error
   * after which the outcome is unknown. Returns the number of the message.
   */
  send(given: Arrival, done: Receipt): Position {
    const arrival = fromOutside(given);
    const known = this.#admitted(arrival, false);
    if (known !== undefined) {
      const { number } = known;
      this.#release(number, true, done);
      this.#report(arrival, "send", true);
      return number;
    }
    this.#onAccepted();
    const number = this.#journal.nextNumber();
    const { target, argument, delayMs } = arrival;
    const accepted = this.#remember(arrival, number, undefined);
    const recorder = this.#options.recording?.recorder;
    recorder?.begin({ kind: "outside", way: arrival.way });
    let mail: PendingMessage | undefined;
    if (delayMs > 0) this.#timers.addFromIngress(number, target, argument, delayMs);
    else mail = this.#router.post(undefined, target, argument, number);
    recorder?.end();
    this.#journal.touch();
    if (mail === undefined) {
      this.#release(number, false, done);
    } else {
      // A remote function is called with what is stored, so the sooner the better.
      mail.mayWait = this.#mailboxes.find(target)?.fn?.isRemote === true ? 0 : maxPostponed;
      this.#journal.releaseArrival({ mail, accepted, done });
    }
    this.#report(arrival, "send", false);
    return number;
  }

  #release(number: Position, isDuplicate: boolean, done: Receipt): void {
    this.#journal.release((error) => done(error, number, isDuplicate));
  }

  /**
   * As above, and `done` hears of the outcome once it survives a crash. A call that comes again with its key
   * waits for the outcome of the first one, or gets it. The result takes `done` back.
   */
  call(given: Arrival, done: (answer: Answer) => void): () => void {
    const arrival = fromOutside(given);
    const known = this.#admitted(arrival, true);
    if (known?.call !== undefined) {
      const { outcome, call } = known;
      this.#report(arrival, "call", true);
      if (outcome === undefined) return this.#calls.wait(call, true, done);
      this.#journal.release((error) => done(answerOf(outcome, error)));
      return () => {};
    }
    this.#onAccepted();
    const number = this.#journal.nextNumber();
    const { name, randomBytes } = this.#options;
    const caller = callAddress(this.#journal.opener, number, name, randomName(randomBytes));
    this.#remember(arrival, number, caller.id);
    const stop = this.#calls.wait(caller.id, arrival.idempotencyKey !== undefined, done);
    const recorder = this.#options.recording?.recorder;
    recorder?.begin({ kind: "outside", way: arrival.way });
    this.#router.post(caller, arrival.target, arrival.argument, number);
    recorder?.end();
    // Stored, it must not come before what the same sender may have sent earlier.
    this.#mailboxes.settle(arrival.target);
    this.#journal.touch();
    this.#report(arrival, "call", false);
    return stop;
  }

  /** Throws unless something from outside may come in. */
  assertOpen(): void {
    const { broken, failure } = this.#journal;
    if (broken !== undefined) throw broken;
    if (this.#isClosed) throw new StateFunError("draining", "the runtime is closing");
    if (failure !== undefined) throw failure;
  }

  #report(arrival: Arrival, kind: "send" | "call", isDuplicate: boolean): void {
    if (!isDuplicate) this.#options.traffic?.accepted(arrival);
    if (this.#options.observer?.accepted === undefined) return;
    reportAccepted(this.#options, arrival, { kind, delayMs: arrival.delayMs, isDuplicate });
  }

  /** What its key came with before, if it has one and has come. Throws unless it may come in. */
  #admitted(arrival: Arrival, isCall: boolean): AcceptedRecord | undefined {
    try {
      const known = this.#known(arrival, isCall);
      if (known === undefined) this.#assertRoom(arrival.target);
      return known;
    } catch (error) {
      reportRefused(this.#options, arrival, error);
      throw error;
    }
  }

  #known(arrival: Arrival, isCall: boolean): AcceptedRecord | undefined {
    this.assertOpen();
    // Whoever brings it in must have encrypted it.
    plainIn(arrival.argument)?.assertSealed(arrival.argument.typename);
    const { target, idempotencyKey: key } = arrival;
    // The import may bring the key: then this is a duplicate.
    if (key !== undefined) this.#hold.assertNoImport("idempotency keys are not complete yet");
    const record = key === undefined ? undefined : this.#calls.accepted(target, key);
    if (record === undefined) return undefined;
    const isSame =
      record.digest === messageDigest(arrival.argument) && (record.call !== undefined) === isCall;
    if (isSame) return record;
    const different = isCall ? "a send" : "a call";
    const what = (record.call !== undefined) === isCall ? "another message" : different;
    throw new StateFunError(
      "idempotency_conflict",
      `idempotency key ${show(key)} was already used with ${what} to ${target.typename} ${show(target.id)}: use a new key`,
    );
  }

  #assertRoom(target: WireAddress): void {
    const { maxMailbox } = this.#options;
    if (this.#mailboxes.lengthOf(target) >= maxMailbox) {
      const text = `the mailbox of ${target.typename} ${show(target.id)} is full: it holds maxMailbox (${maxMailbox}) messages`;
      throw new StateFunError("mailbox_full", text);
    }
    assertRoom(this.#mailboxes, this.#options.maxPendingBytes);
  }

  #remember(arrival: Arrival, number: Position, call: string | undefined): Arrived["accepted"] {
    const { target, idempotencyKey: key, argument } = arrival;
    if (key === undefined) return undefined;
    const expiresAt = this.#journal.now() + this.#options.idempotencyRetentionMs;
    const digest = messageDigest(argument);
    const record = { target, key, digest, number, call, expiresAt, outcome: undefined };
    return [this.#calls.accept(record), record];
  }
}
