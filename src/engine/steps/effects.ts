import type { KnownStates } from "../../model/invocation.ts";
import type { Completed, StateMutation } from "../../model/outcome.ts";
import { valueBytes } from "../../model/message-bytes.ts";
import type { Journal } from "../commit/journal.ts";
import type { EngineFunction } from "../contract/function-transport.ts";
import type { StoredCell } from "../contract/records.ts";
import type { Egresses } from "../egress/egresses.ts";
import type { Instance } from "../mailboxes/instance.ts";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import type { Parked } from "../parked.ts";
import type { Router } from "../routing/router.ts";
import type { Timers } from "../timers.ts";
import { OwnStates } from "./known-states.ts";

/** Applies what a batch did to memory and to the open window, in one synchronous piece, in the order that a cluster uses. */
export class Effects {
  readonly #journal: Journal;
  readonly #mailboxes: Mailboxes;
  readonly #router: Router;
  readonly #timers: Timers;
  readonly #egresses: Egresses;
  readonly #parked: Parked;

  constructor(
    journal: Journal,
    mailboxes: Mailboxes,
    router: Router,
    timers: Timers,
    egresses: Egresses,
    parked: Parked,
  ) {
    this.#journal = journal;
    this.#mailboxes = mailboxes;
    this.#router = router;
    this.#timers = timers;
    this.#egresses = egresses;
    this.#parked = parked;
  }

  apply(actor: Instance, completed: Completed): void {
    const { address } = actor;
    for (const { target, argument } of completed.messages) {
      this.#router.post(address, target, argument);
    }
    for (const effect of completed.delayed) {
      this.#timers.apply(address, effect);
      // Said now: when it is due is too late to notice a misspelt name.
      if (effect.kind === "send") this.#parked.sent(effect.target);
    }
    for (const { egress, argument } of completed.egresses) {
      this.#egresses.emit(address, egress, argument);
    }
    for (const mutation of completed.mutations) this.#write(actor, mutation);
    this.#journal.touch();
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
    if (!fn.isRemote && !hasMortal(fn, cells)) return new OwnStates(fn.states, cells);
    const state = new Map<string, StoredCell["value"] | undefined>();
    for (const { name, expiration } of fn.states.values()) {
      const cell = cells.get(name);
      const isExpired = cell?.expiresAt !== undefined && cell.expiresAt <= this.#journal.now();
      if (cell?.value === undefined || isExpired) {
        state.set(name, undefined);
        continue;
      }
      state.set(name, cell.value);
      if (expiration.mode === "after-call") {
        cells.set(name, this.#renewed(cell, expiration.afterMs));
      }
    }
    return state;
  }

  #renewed(stored: StoredCell, afterMs: number): StoredCell {
    const expiresAt = laterBy(this.#journal.now(), afterMs);
    if (expiresAt === stored.expiresAt) return stored;
    const { cell, value } = stored;
    const { cells, renewed } = this.#journal.window;
    const write = cells.get(cell);
    if (write === undefined) renewed.set(cell, expiresAt);
    else cells.set(cell, { ...write, expiresAt });
    this.#journal.touch();
    return { cell, value, expiresAt };
  }

  #write(actor: Instance, { name, value }: StateMutation): void {
    const cells = this.#mailboxes.cellsOf(actor);
    const before = cells.get(name);
    if (before === undefined && value === undefined) return;
    const cell = before?.cell ?? this.#journal.nextCell();
    const expiration = actor.fn?.states.get(name)?.expiration;
    const isMortal = expiration !== undefined && expiration.mode !== "none" && value !== undefined;
    const expiresAt = isMortal ? laterBy(this.#journal.now(), expiration.afterMs) : undefined;
    cells.set(
      name,
      value === undefined
        ? { cell, value: undefined, expiresAt: undefined }
        : { cell, value, expiresAt },
    );
    this.#mailboxes.resized(valueBytes(value) - valueBytes(before?.value));
    const { window } = this.#journal;
    window.renewed.delete(cell);
    window.cells.set(cell, { cell, address: actor.address, name, value, expiresAt });
  }
}

const noStates: KnownStates = /* @__PURE__ */ new Map();

/** Whether any state can expire: that is decided when a step starts. */
function hasMortal({ states }: EngineFunction, cells: NonNullable<Instance["cells"]>): boolean {
  for (const { name, expiration } of states.values()) {
    if (expiration.mode !== "none" || cells.get(name)?.expiresAt !== undefined) return true;
  }
  return false;
}

/** Stores keep safe integers: for ever is as long as that. */
function laterBy(now: number, afterMs: number): number {
  return Math.min(now + afterMs, Number.MAX_SAFE_INTEGER);
}
