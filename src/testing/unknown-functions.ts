import type { ErrorDetail } from "../handler/options.ts";
import { StateFunError } from "../internal/errors.ts";

/** Notices a message to a function that is not bound: a test must not pass because it is never handled. */
export class UnknownFunctions {
  /** Rejects at the first of them. */
  readonly found: Promise<never>;
  #error: StateFunError | undefined;
  #reject: (error: StateFunError) => void = () => {};

  constructor() {
    this.found = new Promise((_, reject) => {
      this.#reject = reject;
    });
    // It is thrown where a test waits for something.
    this.found.catch(() => undefined);
  }

  /** Hears of every error. What a function throws has an attempt. */
  heard(error: unknown, { attempt }: ErrorDetail): void {
    if (!(error instanceof StateFunError) || error.code !== "unknown_function") return;
    if (attempt !== undefined || this.#error !== undefined) return;
    const text = `${error.message} (bind it, or stand in for it with the option stubs)`;
    this.#error = new StateFunError("unknown_function", text);
    this.#reject(this.#error);
  }

  /** Throws for the first. */
  assertNone(): void {
    if (this.#error !== undefined) throw this.#error;
  }
}
