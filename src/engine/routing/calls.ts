import type { StateFunError } from "../../internal/errors.ts";
import type { Journal } from "../commit/journal.ts";
import { keyOf } from "../commit/pending-message.ts";
import type { Answer } from "../contract/answer.ts";
import type { AcceptedRecord, CallOutcome } from "../contract/records.ts";
import type { Store } from "../contract/store.ts";

type Done = (answer: Answer) => void;

interface Waiting {
  readonly hasKey: boolean;
  /** Most have one, which needs no set. Many callers with one key have to cost each the same. */
  all: Done | Set<Done> | undefined;
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
    const waiting: Waiting = known ?? { hasKey, all: undefined };
    if (known === undefined) this.#waiting.set(call, waiting);
    const { all } = waiting;
    if (all === undefined) waiting.all = done;
    else if (typeof all === "function") waiting.all = new Set([all, done]);
    else all.add(done);
    return () => {
      const { all: others } = waiting;
      if (typeof others === "object") others.delete(done);
      if (typeof others === "object" ? others.size > 0 : others !== done) return;
      waiting.all = undefined;
      if (this.#waiting.get(call) === waiting) this.#waiting.delete(call);
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
      answerAll(waiting, answer);
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
    for (const waiting of this.#waiting.values()) answerAll(waiting, lost);
    this.#waiting.clear();
  }

  #recordOf(call: string): AcceptedRecord | undefined {
    return this.#journal.window.calls.get(call) ?? this.#store.acceptedCall(call);
  }
}

function answerAll({ all }: Waiting, answer: Answer): void {
  if (typeof all === "function") all(answer);
  else all?.forEach((done) => void done(answer));
}

function acceptedKey({ target, key }: Pick<AcceptedRecord, "target" | "key">): string {
  return `${key.length} ${key} ${keyOf(target)}`;
}

export function answerOf(outcome: CallOutcome, error: StateFunError | undefined): Answer {
  return error === undefined ? outcome : { kind: "lost", error };
}
