import type { IdsPage, TextsWant } from "../../engine/contract/address-reads.ts";
import type { TimerHead, TimerRecord } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { ListedTexts } from "../../internal/listed-texts.ts";
import { show } from "../../internal/show.ts";
import { SortedList } from "../../internal/sorted-list.ts";
import { copiesOf, copyOfTimer } from "./copies.ts";
import { assertDistinct, assertNew, duplicate } from "./memory-checks.ts";
import { GroupedRows, NumberedRows } from "./numbered-rows.ts";

export class MemoryTimers {
  readonly #rows = new NumberedRows<TimerRecord>();
  readonly #due = new SortedList<TimerRecord>(
    (left, right) => left.dueAt - right.dueAt || left.number - right.number,
  );
  readonly #byOwner = new GroupedRows<TimerRecord>();
  readonly #byFunction = new GroupedRows<TimerRecord>();
  /** Undefined unless they were listed lately. */
  #owners: ListedTexts | undefined;
  readonly #tokens = new Map<string, Map<string, TimerRecord>>();

  nextDue(): number | undefined {
    return this.#due.first()?.dueAt;
  }

  due(until: number, limit: number): TimerRecord[] {
    const page = this.#due.page(() => true, limit);
    const end = page.findIndex(({ dueAt }) => dueAt > until);
    return copiesOf(end < 0 ? page : page.slice(0, end));
  }

  byToken(owner: string, token: string): TimerRecord | undefined {
    return copyOfTimer(this.#tokens.get(owner)?.get(token));
  }

  all(): TimerRecord[] {
    return this.#rows.all();
  }

  at(number: number): TimerRecord | undefined {
    return copyOfTimer(this.#rows.get(number));
  }

  of(owner: string, limit: number, after: number): TimerRecord[] {
    return copiesOf(this.#byOwner.page(owner, after, limit));
  }

  heads(after: number, limit: number, typename: string | undefined): TimerHead[] {
    const rows =
      typename === undefined
        ? this.#rows.page(after, limit)
        : this.#byFunction.page(typename, after, limit);
    return rows.map((timer) => ({ number: timer.number, typename: functionOf(timer) }));
  }

  owners(want: TextsWant): IdsPage {
    this.#owners ??= new ListedTexts(this.#byOwner.all);
    return this.#owners.page(want);
  }

  check({ timers }: CommitWindow): void {
    assertNew(timers, (number) => this.#rows.has(number), "timer");
    const tokens: string[] = [];
    for (const { owner, token } of timers.added) {
      if (owner === undefined || token === undefined) continue;
      const name = `token ${show(token)} of ${JSON.stringify(owner)}`;
      const other = this.#tokens.get(owner)?.get(token);
      if (other !== undefined && !timers.removed.includes(other.number)) throw duplicate(name);
      tokens.push(`token ${JSON.stringify(token)} of ${JSON.stringify(owner)}`);
    }
    assertDistinct(tokens);
  }

  apply({ timers }: CommitWindow): void {
    for (const number of timers.removed) this.#remove(number);
    for (const timer of timers.added) this.#add(timer);
  }

  #add(timer: TimerRecord): void {
    const { owner, token } = timer;
    this.#rows.add(timer);
    this.#due.add(timer);
    this.#byFunction.add(functionOf(timer), timer);
    if (owner === undefined) return;
    this.#byOwner.add(owner, timer);
    if (this.#byOwner.sizeOf(owner) === 1) this.#listChange(owner);
    if (token === undefined) return;
    const tokens = this.#tokens.get(owner);
    if (tokens === undefined) this.#tokens.set(owner, new Map([[token, timer]]));
    else tokens.set(token, timer);
  }

  #remove(number: number): void {
    const timer = this.#rows.delete(number);
    if (timer === undefined) return;
    const { owner, token } = timer;
    this.#due.delete(timer);
    this.#byFunction.delete(functionOf(timer), number);
    if (owner === undefined) return;
    this.#byOwner.delete(owner, number);
    if (this.#byOwner.sizeOf(owner) === 0) this.#listChange(owner);
    if (token === undefined) return;
    const tokens = this.#tokens.get(owner);
    tokens?.delete(token);
    if (tokens?.size === 0) this.#tokens.delete(owner);
  }

  /** An owner has got its first timer, or has lost its last one. */
  #listChange(owner: string): void {
    this.#owners?.change(owner);
    if (this.#owners?.isForgotten) this.#owners = undefined;
  }
}

/** The function that a timer belongs to. */
function functionOf({ caller, target }: TimerRecord): string {
  return (caller ?? target).typename;
}
