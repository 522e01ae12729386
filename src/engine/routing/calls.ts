import type { StateFunError } from "../../internal/errors.ts";
import type { Journal } from "../commit/journal.ts";
import { keyOf } from "../commit/pending-message.ts";
import type { Answer } from "../contract/answer.ts";
import type { AcceptedRecord, CallOutcome } from "../contract/records.ts";
import type { Store } from "../contract/store.ts";

type Done = (answer: Answer) => void;

interface Waiting {
  readonly hasKey: boolean;
  /** Most have one. */
  all: readonly Done[];
}

/** Calls that wait for their outcome, and the outcomes that are kept for their keys. */
export class Calls {
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #waiting = new Map<string, Waiting>();

  constructor(store: Store, journal: Journal) {
    this.#store = store;
    this.#journal = journal;
  }

  /** `done` hears of the outcome once it survives a crash. The result takes it back. */
  wait(call: string, hasKey: boolean, done: Done): () => void {
    const known = this.#waiting.get(call);
    const waiting: Waiting = known ?? { hasKey, all: [] };
    if (known === undefined) this.#waiting.set(call, waiting);
    waiting.all = waiting.all.length === 0 ? [done] : [...waiting.all, done];
    return () => {
      waiting.all = waiting.all.filter((one) => one !== done);
      if (waiting.all.length === 0) this.#waiting.delete(call);
    };
  }

  /** The first outcome counts. An outcome that nothing waits for and no key remembers is dropped. */
  settle(call: string, outcome: CallOutcome): void {
    const waiting = this.#waiting.get(call);
    // Without a key nothing is stored, and there is nothing to look for.
    const record = waiting?.hasKey === false ? undefined : this.#recordOf(call);
    if (record !== undefined) {
      if (record.outcome !== undefined) return;
      this.accept({ ...record, outcome });
    }
    if (waiting === undefined) return;
    this.#waiting.delete(call);
    this.#journal.release((error) => {
      const answer = answerOf(outcome, error);
      for (const done of waiting.all) done(answer);
      // It has seen nothing but what has run.
    }, false);
  }

  /** Remembers a key, in the open window. Gives the name that it has there. */
  accept(record: AcceptedRecord): string {
    const { accepted, calls } = this.#journal.window;
    const name = acceptedKey(record);
    accepted.set(name, record);
    if (record.call !== undefined) calls.set(record.call, record);
    this.#journal.touch();
    return name;
  }

  /** What a key was used for. */
  accepted(target: AcceptedRecord["target"], key: string): AcceptedRecord | undefined {
    const record =
      this.#journal.window.accepted.get(acceptedKey({ target, key })) ??
      this.#store.accepted(target, key);
    return record !== undefined && record.expiresAt > this.#journal.now() ? record : undefined;
  }

  /** No caller waits any longer. */
  stop(error: StateFunError): void {
    const lost = { kind: "lost", error } as const;
    for (const { all } of this.#waiting.values()) for (const done of all) done(lost);
    this.#waiting.clear();
  }

  #recordOf(call: string): AcceptedRecord | undefined {
    return this.#journal.window.calls.get(call) ?? this.#store.acceptedCall(call);
  }
}

function acceptedKey({ target, key }: Pick<AcceptedRecord, "target" | "key">): string {
  return `${key.length} ${key} ${keyOf(target)}`;
}

export function answerOf(outcome: CallOutcome, error: StateFunError | undefined): Answer {
  return error === undefined ? outcome : { kind: "lost", error };
}
