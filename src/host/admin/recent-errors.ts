import type { ErrorDetail } from "../../handler/options.ts";
import { StateFunError } from "../../internal/errors.ts";
import { reasonOf } from "../../internal/show.ts";
import type { RecentError } from "../../surface/admin/admin-host.ts";

const maxErrors = 200;
/** Of the text of each, in characters. */
const maxText = 2_000;

/** The last errors of a run, with their places, for operators. */
export class RecentErrors {
  readonly #now: () => number;
  readonly #all: RecentError[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  add(error: unknown, { address, egress }: ErrorDetail): void {
    const text = reasonOf(error);
    this.#all.push({
      at: this.#now(),
      code: error instanceof StateFunError ? error.code : "failed",
      message: text.length > maxText ? `${text.slice(0, maxText)}…` : text,
      typename: address?.typename,
      id: address?.id,
      egress,
    });
    if (this.#all.length > maxErrors) this.#all.shift();
  }

  /** Newest first. */
  list(): readonly RecentError[] {
    return this.#all.toReversed?.() ?? [...this.#all].reverse();
  }
}
