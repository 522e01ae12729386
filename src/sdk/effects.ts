import { show } from "../internal/assert.ts";
import { StateFunError } from "../internal/errors.ts";
import type { DelayedEffect, EgressMessage, OutgoingMessage } from "../model/outcome.ts";

/** Where the effects of a batch were at some moment. */
export interface EffectsMark {
  readonly messages: number;
  readonly delayed: number;
  readonly egresses: number;
}

/** What the handlers of a batch did so far, each list in call order. */
export class Effects {
  readonly messages: OutgoingMessage[] = [];
  readonly delayed: DelayedEffect[] = [];
  readonly egresses: EgressMessage[] = [];

  /** Tokens sent in this batch and not cancelled since. */
  #pending = new Set<string>();

  delay(effect: DelayedEffect): void {
    this.delayed.push(effect);
    this.#track(effect);
  }

  mark(): EffectsMark {
    return {
      messages: this.messages.length,
      delayed: this.delayed.length,
      egresses: this.egresses.length,
    };
  }

  /** Takes back everything since the mark. */
  rollback(mark: EffectsMark): void {
    this.messages.length = mark.messages;
    this.delayed.length = mark.delayed;
    this.egresses.length = mark.egresses;
    this.#pending.clear();
    for (const effect of this.delayed) this.#track(effect);
  }

  #track({ kind, cancellationToken }: DelayedEffect): void {
    if (cancellationToken === undefined) return;
    if (kind === "send") this.#pending.add(cancellationToken);
    else this.#pending.delete(cancellationToken);
  }

  /**
   * Refuses a token that is already waiting: a Flink job would fail. The tokens of earlier batches are
   * known to the runtime alone.
   */
  assertFree(token: string): void {
    if (this.#pending.has(token)) {
      throw new StateFunError(
        "token_pending",
        `cancellation token ${show(token)} is pending in this batch: cancel it first`,
      );
    }
  }
}
