import { isOwnNamespace } from "../internal/assert.ts";
import { StateFunError } from "../internal/errors.ts";
import { didYouMean } from "../internal/nearest.ts";
import type { WireAddress } from "../model/invocation.ts";
import type { Journal } from "./commit/journal.ts";
import type { FunctionTransport } from "./contract/function-transport.ts";
import type { EngineOptions, FailureDetail } from "./contract/options.ts";

/** Functions that are reported one by one: more names than these are not useful. */
const maxReported = 1_000;

/** Reports that messages wait for a function that is not bound: once for each name, in each run of the engine. */
export class Parked {
  readonly #journal: Journal;
  readonly #functions: FunctionTransport;
  readonly #onError: EngineOptions["onError"];
  readonly #reported = new Set<string>();

  constructor(
    journal: Journal,
    functions: FunctionTransport,
    { onError }: Pick<EngineOptions, "onError">,
  ) {
    this.#journal = journal;
    this.#functions = functions;
    this.#onError = onError;
  }

  /** A message goes to this address, now or later: says so, once it is stored, where the function is not bound. */
  sent(target: WireAddress): void {
    const { typename } = target;
    if (this.#reported.has(typename) || this.#reported.size >= maxReported) return;
    // Addresses of the engine itself have no function.
    if (isOwnNamespace(typename)) return;
    if (this.#functions.get(typename) !== undefined) return;
    this.#reported.add(typename);
    // Not while a step is applied: what hears of errors is code of the user's.
    this.#journal.release((error) => {
      if (error === undefined) this.report(typename, 1, { address: target });
    });
  }

  /** The same of messages that somebody else has brought. */
  found(waiting: ReadonlyMap<string, number>): void {
    for (const [typename, count] of waiting) {
      if (!this.#reported.has(typename)) this.report(typename, count);
    }
  }

  /** So many messages wait for a function that is not bound. */
  report(typename: string, count: number, detail: FailureDetail = {}): void {
    // A name that was reported in `sent` is reported here.
    if (this.#reported.size >= maxReported && !this.#reported.has(typename)) return;
    this.#reported.add(typename);
    const wait = count === 1 ? "1 message waits" : `${count} messages wait`;
    const hint = didYouMean(typename, this.#functions.names?.() ?? []);
    const text = `${typename} is not bound: ${wait} for it${hint}`;
    this.#onError(new StateFunError("unknown_function", text), detail);
  }
}
