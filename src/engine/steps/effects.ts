import type { KnownStates, WireValue } from "../../model/invocation.ts";
import type { Completed, StateMutation } from "../../model/outcome.ts";
import type { Journal } from "../commit/journal.ts";
import type { EngineFunction } from "../contract/function-transport.ts";
import type { StepRecorder } from "../contract/telemetry/recorder.ts";
import type { Traffic } from "../contract/telemetry/traffic.ts";
import type { Egresses } from "../egress/egresses.ts";
import { type Cell, CellStates, type Cells, cellIn, cellOf, valueIn } from "../mailboxes/cells.ts";
import type { Instance } from "../mailboxes/instance.ts";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import type { Parked } from "../parked.ts";
import type { Router } from "../routing/router.ts";
import type { Timers } from "../timers.ts";

/** Applies what a batch did to memory and to the open window, in one synchronous piece, in the order that a cluster uses. */
export class Effects {
  readonly #journal: Journal;
  readonly #mailboxes: Mailboxes;
  readonly #router: Router;
  readonly #timers: Timers;
  readonly #egresses: Egresses;
  readonly #parked: Parked;
  readonly #traffic: Traffic | undefined;

  constructor(
    journal: Journal,
    mailboxes: Mailboxes,
    router: Router,
    timers: Timers,
    egresses: Egresses,
    parked: Parked,
    traffic: Traffic | undefined,
  ) {
    this.#journal = journal;
    this.#mailboxes = mailboxes;
    this.#router = router;
    this.#timers = timers;
    this.#egresses = egresses;
    this.#parked = parked;
    this.#traffic = traffic;
  }

  apply(actor: Instance, completed: Completed, recorder?: StepRecorder): void {
    const { address } = actor;
    let index = 0;
    for (const { target, argument } of completed.messages) {
      recorder?.effect("message", index++);
      this.#router.post(address, target, argument);
    }
    index = 0;
    for (const effect of completed.delayed) {
      recorder?.effect("delayed", index++);
      this.#timers.apply(address, effect);
      // Said now: when it is due is too late to notice a misspelt name.
      if (effect.kind === "send") this.#parked.sent(effect.target);
    }
    index = 0;
    for (const { egress, argument } of completed.egresses) {
      recorder?.effect("record", index++);
      this.#egresses.emit(address, egress, argument);
    }
    recorder?.applied();
    for (const mutation of completed.mutations) this.write(actor, mutation);
    this.#journal.touch();
    this.#traffic?.applied(address, completed);
  }

  /**
   * The state for a batch that starts now: what has expired is absent, and a state that expires after a
   * call is renewed by this one, whatever becomes of it.
   */
  stateOf(actor: Instance): KnownStates {
    const { fn } = actor;
    if (fn === undefined || fn.states.size === 0) return noStates;
    const cells = this.#mailboxes.cellsOf(actor);
    // A function elsewhere may take its time, and is asked again with the same states.
    if (!fn.isRemote && !hasMortal(fn, cells)) return new CellStates(fn.states, cells);
    const state = new Map<string, WireValue | undefined>();
    const together: Cell[] = [];
    let togetherMs = 0;
    for (const { name, expiration, isOfInstance } of fn.states.values()) {
      const cell = cellIn(cells, name);
      const isExpired = cell?.expiresAt !== undefined && cell.expiresAt <= this.#journal.now();
      const value = cell === undefined || isExpired ? undefined : valueIn(cell);
      state.set(name, value);
      if (cell === undefined || value === undefined || expiration.mode !== "after-call") continue;
      if (isOfInstance === true) {
        together.push(cell);
        togetherMs = expiration.afterMs;
      } else {
        this.#renew(actor, cell, laterBy(this.#journal.now(), expiration.afterMs));
      }
    }
    this.#renewInstance(actor, together, togetherMs);
    return state;
  }

  /** States that expire together have one end. It is put off when it is too near, and then by a tenth more: most messages write nothing. */
  #renewInstance(actor: Instance, cells: readonly Cell[], afterMs: number): void {
    const now = this.#journal.now();
    const [earliest, latest] = [laterBy(now, afterMs), instanceEnd(now, afterMs)];
    const [end] = cells.map(({ expiresAt = 0 }) => expiresAt);
    const isOne = cells.every(({ expiresAt }) => expiresAt === end);
    // A deploy may have made the time shorter.
    if (end === undefined || (isOne && end >= earliest && end <= latest)) return;
    for (const cell of cells) this.#renew(actor, cell, latest);
  }

  /** When a state that is written now expires. `cells` are those of the instance, where they can be read. */
  endOf(actor: Instance, name: string, cells?: Cells): number | undefined {
    const { expiration, isOfInstance } = actor.fn?.states.get(name) ?? {};
    if (expiration === undefined || expiration.mode === "none") return undefined;
    const now = this.#journal.now();
    if (isOfInstance !== true) return laterBy(now, expiration.afterMs);
    const known = cells ?? this.#mailboxes.cellsOf(actor);
    for (const other of actor.fn?.states.values() ?? []) {
      const cell = other.isOfInstance === true ? cellIn(known, other.name) : undefined;
      // With those that are there: a step renews them when it starts.
      if (cell !== undefined && valueIn(cell) !== undefined && Number(cell.expiresAt) > now) {
        return cell.expiresAt;
      }
    }
    return instanceEnd(now, expiration.afterMs);
  }

  #renew(actor: Instance, stored: Cell, expiresAt: number): void {
    if (expiresAt === stored.expiresAt) return;
    const { cell } = stored;
    const { cells, renewed } = this.#journal.window;
    const write = cells.get(cell);
    if (write === undefined) renewed.set(cell, expiresAt);
    else cells.set(cell, { ...write, expiresAt });
    this.#journal.touch();
    this.#mailboxes.put(actor, { ...stored, expiresAt });
  }

  /** Writes or forgets a state, in the open window. */
  write(actor: Instance, { name, value }: StateMutation): void {
    const cells = this.#mailboxes.cellsOf(actor);
    const before = cellIn(cells, name);
    if (before === undefined && value === undefined) return;
    const cell = before?.cell ?? this.#journal.nextCell();
    const expiresAt = value === undefined ? undefined : this.endOf(actor, name, cells);
    this.#mailboxes.put(actor, cellOf(cell, name, value, expiresAt));
    const { window } = this.#journal;
    if (window.renewed.size > 0) window.renewed.delete(cell);
    window.cells.set(cell, { cell, address: actor.address, name, value, expiresAt });
  }
}

const noStates: KnownStates = /* @__PURE__ */ new Map();

/** Whether any state can expire: that is decided when a step starts. */
function hasMortal({ states }: EngineFunction, cells: Cells): boolean {
  for (const { name, expiration } of states.values()) {
    if (expiration.mode !== "none" || cellIn(cells, name)?.expiresAt !== undefined) return true;
  }
  return false;
}

/** A tenth later than it must be, so that it is not put off with each message. */
function instanceEnd(now: number, afterMs: number): number {
  return laterBy(now, afterMs + Math.ceil(afterMs / 10));
}

/** Stores keep safe integers: for ever is as long as that. */
function laterBy(now: number, afterMs: number): number {
  return Math.min(now + afterMs, Number.MAX_SAFE_INTEGER);
}
