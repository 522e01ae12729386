import { SortedList } from "../../internal/sorted-list.ts";

/** A row that may expire, and its place in the queue. */
export interface Expiring {
  readonly expiresAt: number | undefined;
  ticket: Ticket | undefined;
}

interface Ticket {
  readonly at: number;
  readonly order: number;
  readonly row: Expiring;
}

/**
 * Rows by the time they expire. A row that gets a later time keeps its place, and is queued again when that
 * place comes up: renewing it at every write costs nothing.
 */
export class ExpiryQueue<T extends Expiring> {
  readonly #tickets = new SortedList<Ticket>(
    (left, right) => left.at - right.at || left.order - right.order,
  );
  #order = 0;

  /** Called when a row is new, and after its time has changed. */
  track(row: T): void {
    const { expiresAt, ticket } = row;
    if (expiresAt === undefined) return;
    if (ticket !== undefined) {
      if (ticket.at <= expiresAt) return;
      this.#tickets.delete(ticket);
    }
    this.#order += 1;
    row.ticket = { at: expiresAt, order: this.#order, row };
    this.#tickets.add(row.ticket);
  }

  untrack(row: T): void {
    if (row.ticket !== undefined) this.#tickets.delete(row.ticket);
    row.ticket = undefined;
  }

  /** Calls `drop`, which untracks, for what has expired. False if `limit` places were not enough. */
  sweep(time: number, limit: number, drop: (row: T) => void): boolean {
    for (let count = 0; count < limit; count += 1) {
      const ticket = this.#tickets.first();
      if (ticket === undefined || ticket.at > time) return true;
      // Only `track` makes tickets, and of rows that are a T.
      const row = ticket.row as T;
      this.untrack(row);
      if (row.expiresAt !== undefined && row.expiresAt <= time) drop(row);
      else this.track(row);
    }
    return false;
  }
}
