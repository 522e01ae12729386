import type { DeadHead, DeadRecord, MessageRecord } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { deadHeadOf } from "../dead-head.ts";
import { copiesOf, copyOfDead } from "./copies.ts";
import { assertNew } from "./memory-checks.ts";
import { GroupedRows, NumberedRows } from "./numbered-rows.ts";

/** A message that waits; of a stored one only these two ever change, so its place in the order stays. */
type MessageRow = Omit<MessageRecord, "attempts" | "crashes"> & {
  attempts: number;
  crashes: number;
};

export class MemoryMessages {
  readonly #rows = new NumberedRows<MessageRow>();

  page(after: number, limit: number): MessageRecord[] {
    return copiesOf(this.#rows.page(after, limit));
  }

  /** Copies, as the counts of a message change. */
  all(): MessageRecord[] {
    return this.#rows.all().map((row) => ({ ...row }));
  }

  check({ messages }: CommitWindow): void {
    assertNew(messages, (number) => this.#rows.has(number), "message");
  }

  apply({ messages, attempts }: CommitWindow): void {
    for (const number of messages.removed) this.#rows.delete(number);
    for (const message of messages.added) this.#rows.add(message);
    for (const counted of attempts) {
      const row = this.#rows.get(counted.number);
      if (row === undefined) continue;
      row.attempts = counted.attempts;
      row.crashes = counted.crashes;
    }
  }
}

export class MemoryDead {
  readonly #rows = new NumberedRows<DeadRecord>();
  readonly #bySubject = new GroupedRows<DeadRecord>();

  page(after: number, limit: number, typename: string | undefined): DeadRecord[] {
    return copiesOf(this.#page(after, limit, typename));
  }

  heads(after: number, limit: number, typename: string | undefined): DeadHead[] {
    return this.#page(after, limit, typename).map(deadHeadOf);
  }

  all(): DeadRecord[] {
    return this.#rows.all();
  }

  at(number: number): DeadRecord | undefined {
    return copyOfDead(this.#rows.get(number));
  }

  count(): number {
    return this.#rows.size;
  }

  check({ dead }: CommitWindow): void {
    assertNew(dead, (number) => this.#rows.has(number), "dead letter");
  }

  apply({ dead }: CommitWindow): void {
    for (const number of dead.removed) {
      const row = this.#rows.delete(number);
      if (row !== undefined) this.#bySubject.delete(subjectOf(row), number);
    }
    for (const row of dead.added) {
      this.#rows.add(row);
      this.#bySubject.add(subjectOf(row), row);
    }
  }

  #page(after: number, limit: number, typename: string | undefined): DeadRecord[] {
    if (typename === undefined) return this.#rows.page(after, limit);
    return this.#bySubject.page(typename, after, limit);
  }
}

/** What a dead letter is listed under: its egress, if it was for one, else its function. */
function subjectOf({ egress, target }: DeadRecord): string {
  return egress ?? target.typename;
}
