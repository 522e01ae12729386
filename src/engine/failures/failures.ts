import { isNonRetryable, StateFunError } from "../../internal/errors.ts";
import { reasonOf } from "../../internal/show.ts";
import { backOffMs, deliveryRetry } from "../../model/back-off.ts";
import type { Clock } from "../../model/clock.ts";
import { isBlameless } from "../../model/failures.ts";
import { isHopeless } from "../../model/hopeless.ts";
import type { Journal } from "../commit/journal.ts";
import type { PendingMessage } from "../commit/pending-message.ts";
import { clipped } from "../contract/limits.ts";
import type { EngineOptions } from "../contract/options.ts";
import type { Instance, KnownTrouble } from "../mailboxes/instance.ts";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import type { DeadLetters } from "./dead-letters.ts";

/** What becomes of a message whose function failed: it is tried again after a while, or it is given up. */
export class Failures {
  readonly #journal: Journal;
  readonly #mailboxes: Mailboxes;
  readonly #deadLetters: DeadLetters;
  readonly #options: Pick<EngineOptions, "random" | "onError">;
  readonly #clock: Clock;
  readonly #wake: (actor: Instance) => void;

  constructor(
    journal: Journal,
    mailboxes: Mailboxes,
    deadLetters: DeadLetters,
    options: EngineOptions,
    wake: (actor: Instance) => void,
  ) {
    this.#journal = journal;
    this.#mailboxes = mailboxes;
    this.#deadLetters = deadLetters;
    this.#options = options;
    this.#clock = options.clock;
    this.#wake = wake;
  }

  /** The head of a mailbox failed by itself. */
  failed(actor: Instance, error: unknown): void {
    const head = actor.mailbox.at(0);
    if (head === undefined) return;
    if (isBlameless(error)) {
      this.pause(actor, error);
      return;
    }
    head.attempts++;
    this.#report(head, error);
    const { retry } = actor.fn ?? {};
    const isLast = retry === undefined || head.attempts >= retry.maxAttempts;
    // The next version of a remote function may answer differently, and no operator should have to replay for it.
    if (isLast || isHopeless(error, actor.fn?.isRemote !== true)) {
      this.giveUp(actor, error);
      return;
    }
    this.#journal.window.saveCounts(head);
    this.#journal.touch();
    const delayMs = backOffMs(retry, head.attempts, this.#options.random);
    this.#stands(actor, "retrying", error, delayMs);
    this.wait(actor, delayMs);
  }

  /** What failed is not the head: it waits, uncounted. Where an endpoint is down its gate says for how long. */
  pause(actor: Instance, error: unknown): void {
    const head = actor.mailbox.at(0);
    const shown = withAdvice(error);
    if (head !== undefined) this.#report(head, shown);
    const code = codeOf(error);
    if (actor.fn?.gate !== undefined && code === "unavailable") {
      this.#stands(actor, "endpoint", error, undefined);
      return;
    }
    actor.pauses++;
    const { retry = deliveryRetry } = actor.fn ?? {};
    const delayMs = backOffMs(retry, actor.pauses, this.#options.random);
    this.#stands(actor, code === "state_undecodable" ? "state" : "retrying", shown, delayMs);
    this.wait(actor, delayMs);
  }

  /** What a start has found, and was tried by an earlier run. */
  found(actor: Instance, { attempts, crashes }: PendingMessage, delayMs: number | undefined): void {
    const times = crashes === 1 ? "once" : `${crashes} times`;
    const killed = `the process ended ${times} while it was handled, `;
    const reason = `${crashes > 0 ? killed : ""}not tried since the start`;
    if (attempts + crashes === 0) return;
    const retryAt = delayMs === undefined ? undefined : this.#journal.now() + delayMs;
    const trouble = { kind: "retrying", code: "failed", reason, at: undefined, retryAt } as const;
    this.#mailboxes.setTrouble(actor, trouble);
  }

  #stands(
    actor: Instance,
    kind: KnownTrouble["kind"],
    error: unknown,
    delayMs: number | undefined,
  ): void {
    const at = this.#journal.now();
    const retryAt = delayMs === undefined ? undefined : at + delayMs;
    const reason = clipped(reasonOf(error));
    this.#mailboxes.setTrouble(actor, { kind, code: codeOf(error), reason, at, retryAt });
  }

  /** The head becomes a dead letter, and the next one its turn. */
  giveUp(actor: Instance, error: unknown): void {
    const head = actor.mailbox.at(0);
    if (head === undefined) return;
    const code = isNonRetryable(error) ? "non_retryable" : codeOf(error);
    const attempts = head.attempts + head.crashes;
    this.#mailboxes.shift(actor);
    this.#deadLetters.add(head, { code, reason: reasonOf(error), attempts, message: head.number });
    actor.pauses = 0;
  }

  wait(actor: Instance, delayMs: number): void {
    actor.waiting = this.#clock.after(delayMs, () => {
      actor.waiting = undefined;
      this.#wake(actor);
    });
  }

  #report({ target, argument, attempts }: PendingMessage, error: unknown): void {
    this.#options.onError(error, {
      address: target,
      messageTypename: argument.typename,
      attempt: attempts,
    });
  }
}

/** Nothing but another deploy can mend a state that cannot be read: says which. */
function withAdvice(error: unknown): unknown {
  if (codeOf(error) !== "state_undecodable") return error;
  const ways =
    "declare the stored type again, or a type that reads it too (upgraded), move the value to a state of another name, or clear it before it is read";
  const text = `${reasonOf(error)}; messages wait until it can be read: ${ways}`;
  return new StateFunError("state_undecodable", text, { cause: error });
}

/** A server on the way refused for now: nothing is wrong with the batch, and no function has seen it. */
export function isRefusal(error: unknown): boolean {
  return codeOf(error) === "unavailable" && Object(error).cause === undefined;
}

/** What was thrown has a code of ours, or it is just a failure. */
function codeOf(error: unknown): string {
  return error instanceof StateFunError ? error.code : "failed";
}
