import { StateFunError } from "../../internal/errors.ts";
import { didYouMean } from "../../internal/nearest.ts";
import type { WireAddress, WireValue } from "../../model/invocation.ts";
import { keptByDefault } from "../../model/kept-limits.ts";
import { valueBytes } from "../../model/message-bytes.ts";
import { inWindows, recordsByPage } from "../commit/in-windows.ts";
import type { CommitListener, Journal } from "../commit/journal.ts";
import type { OpenWindow } from "../commit/window.ts";
import type { EgressHealth } from "../contract/egress-health.ts";
import type { EgressTarget, EngineOptions, FailureDetail } from "../contract/options.ts";
import { type EgressRow, isKept, type Position } from "../contract/records.ts";
import type { Store } from "../contract/store.ts";
import { copyOfAddress } from "../contract/telemetry/observed.ts";
import type { DeadLetters } from "../failures/dead-letters.ts";
import type { Router } from "../routing/router.ts";
import { activityEgress, adminAddress, egressAddress } from "../routing/system-addresses.ts";
import { Delivery, type DeliveryOptions } from "./delivery.ts";

const maxNames = 1_000;
/** The engine's own egress, which no application binds. */
const activityTarget = { kind: "keep", ...keptByDefault } as const;

type Deliverable = Extract<EgressTarget, { kind: "deliver" }>;

/** The ways out of this partition: records are stored with the step that emitted them, and leave afterwards. */
export class Egresses implements CommitListener {
  readonly #options: EngineOptions;
  readonly #beside: DeliveryOptions["beside"];
  readonly #onIdle: () => void;
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #deadLetters: DeadLetters;
  readonly #router: Router;
  readonly #deliveries = new Map<string, Delivery>();
  /** Who waits for kept records, by the egress. */
  readonly #watchers = new Map<string, Set<() => void>>();
  /** Records that were dead letters, and are in windows that may still be lost. */
  readonly #returning = new Set<Position>();
  /** Records for delivery that came in this run, without those that went, by egress. */
  readonly #growth = new Map<string, number>();
  /** Egresses that had records in this run. */
  readonly kept: Set<string> = new Set();
  #mayDeliver = false;

  constructor(
    store: Store,
    journal: Journal,
    deadLetters: DeadLetters,
    router: Router,
    options: EngineOptions,
    beside: DeliveryOptions["beside"],
    onIdle: () => void,
  ) {
    this.#options = options;
    this.#beside = beside;
    this.#onIdle = onIdle;
    this.#store = store;
    this.#journal = journal;
    this.#deadLetters = deadLetters;
    this.#router = router;
  }

  isBound(egress: string): boolean {
    return this.#options.egresses.get(egress) !== undefined;
  }

  /** Adds a record to the open window. `given` is the number that it has had before: it is the same record again. */
  emit(from: WireAddress, egress: string, argument: WireValue, given?: Position): void {
    const target = this.#options.egresses.get(egress);
    const { window } = this.#journal;
    this.#journal.touch();
    // What was a dead letter was reported before.
    if (given === undefined) this.#reportEmitted(from, egress, argument);
    if (target === undefined) {
      this.#buryOne({ number: given ?? this.#journal.nextNumber(), from, egress, argument });
      return;
    }
    if (target.kind === "deliver") {
      const number = given ?? this.#journal.nextNumber();
      if (given !== undefined) this.#returning.add(given);
      this.#grow(egress, 1);
      window.egress.push({ number, egress, from, argument, expiresAt: undefined });
      this.#options.recording?.recorder?.emitted({ number, egress, from, argument }, false);
      return;
    }
    this.#keepWhereItIs(from, egress, argument);
  }

  /** How many more records wait for delivery than at the start of this run, with those of open windows. */
  growthOf(egress: string): number {
    return this.#growth.get(egress) ?? 0;
  }

  #grow(egress: string, records: number): void {
    this.#growth.set(egress, this.growthOf(egress) + records);
  }

  /** Adds a record of what an operator did to the open window. No program can write there. */
  record(argument: WireValue): void {
    this.#keepWhereItIs(adminAddress, activityEgress, argument);
  }

  #keepWhereItIs(from: WireAddress, egress: string, argument: WireValue): void {
    const address = egressAddress(egress);
    if (this.#router.isHere(address)) this.keep(from, egress, argument);
    else this.#router.postOwn(from, address, argument);
  }

  #reportEmitted(from: WireAddress, egress: string, argument: WireValue): void {
    const { observer, kind: engine = "embedded" } = this.#options;
    if (observer?.emitted === undefined) return;
    observer.emitted({ engine, from: copyOfAddress(from), egress, bytes: valueBytes(argument) });
  }

  /** Adds a record of this or another partition to what is kept here, in the open window. */
  keep(from: WireAddress, egress: string, argument: WireValue): void {
    const isOwn = egress === activityEgress;
    const target = isOwn ? activityTarget : this.#options.egresses.get(egress);
    const { window } = this.#journal;
    this.#journal.touch();
    if (target?.kind !== "keep") {
      this.#buryOne({ number: this.#journal.nextNumber(), from, egress, argument });
      return;
    }
    // Its number is its place among those that are read, so it is always a new one.
    // Names that a program makes up are not remembered for ever.
    if (this.kept.size < maxNames && !isOwn) this.kept.add(egress);
    const expiresAt = this.#journal.now() + target.retentionMs;
    const record = { number: this.#journal.nextNumber(), egress, from, argument };
    window.egress.push({ ...record, expiresAt });
    // What operators do is written down in any case.
    if (!isOwn) this.#options.recording?.recorder?.emitted(record, true);
    window.keep.set(egress, target.maxRecords);
  }

  /**
   * Makes dead letters of what earlier runs left, of egresses that are no longer bound. An egress that is kept now was not
   * kept then: its old records are treated like those of one that is not bound.
   */
  async buryLeft(): Promise<void> {
    for (const egress of this.#store.unsentEgresses()) {
      if (this.#options.egresses.get(egress)?.kind === "deliver") continue;
      const error = this.#report({ egress });
      const rows = recordsByPage((after, limit) => this.#store.unsent(egress, after, limit));
      await inWindows(this.#journal, rows, (row) => {
        this.#bury(row, error);
        this.#journal.window.removeEgress([row.number]);
      });
    }
  }

  /** Nothing more leaves until `start`; what is on its way arrives. */
  hold(): void {
    this.#mayDeliver = false;
  }

  /** Delivers what earlier runs left. */
  start(): void {
    this.#mayDeliver = true;
    for (const egress of this.#store.unsentEgresses()) {
      const target = this.#options.egresses.get(egress);
      if (target?.kind === "deliver") this.#delivery(egress, target).wake();
    }
  }

  released({ egress }: OpenWindow): void {
    let last: string | undefined;
    for (const record of egress) {
      const hasReturned = this.#returning.delete(record.number);
      // The start reads all that is there, and after the stop nothing leaves.
      if (hasReturned && this.#mayDeliver) this.#return(record);
      if (record.egress === last) continue;
      last = record.egress;
      for (const run of [...(this.#watchers.get(record.egress) ?? [])]) run();
      if (isKept(record) || !this.#mayDeliver) continue;
      const target = this.#options.egresses.get(record.egress);
      if (target?.kind === "deliver") this.#delivery(record.egress, target).wake();
    }
  }

  /** `run` hears of every new record that survives a crash. The result takes it back. */
  watch(egress: string, run: () => void): () => void {
    const all = this.#watchers.get(egress) ?? new Set();
    this.#watchers.set(egress, all);
    all.add(run);
    return () => {
      all.delete(run);
      if (all.size === 0 && this.#watchers.get(egress) === all) this.#watchers.delete(egress);
    };
  }

  /** Nothing can be delivered now: all is, or waits for its next try. */
  get isIdle(): boolean {
    for (const delivery of this.#deliveries.values()) if (!delivery.isIdle) return false;
    return true;
  }

  /** Those that are delivered somewhere, and what is wrong with them. */
  health(): readonly EgressHealth[] {
    const all: EgressHealth[] = [];
    for (const typename of this.#options.egresses.keys()) {
      if (this.#options.egresses.get(typename)?.kind !== "deliver") continue;
      const troubles = this.#deliveries.get(typename)?.troubles ?? [];
      const [first] = troubles;
      all.push({
        typename,
        status: first === undefined ? "running" : "waiting",
        reason: first?.reason,
        troubles,
      });
    }
    return all;
  }

  /** Nothing is left to deliver. */
  get isDrained(): boolean {
    for (const delivery of this.#deliveries.values()) if (!delivery.isDrained) return false;
    return true;
  }

  /** The same, and the store says so too. */
  get isStoredDrained(): boolean {
    if (this.#deliveries.size === 0) return true;
    return this.isDrained && this.#store.unsentEgresses().length === 0;
  }

  stop(): void {
    this.#mayDeliver = false;
    for (const delivery of this.#deliveries.values()) delivery.stop();
    // A reader finds out that there is nothing left to read.
    for (const all of this.#watchers.values()) for (const run of [...all]) run();
  }

  /** It may be before what was taken meanwhile. */
  #return({ egress, number }: EgressRow): void {
    const target = this.#options.egresses.get(egress);
    if (target?.kind === "deliver") this.#delivery(egress, target).wake(number);
  }

  #delivery(egress: string, target: Deliverable): Delivery {
    let delivery = this.#deliveries.get(egress);
    if (delivery === undefined) {
      delivery = new Delivery(
        egress,
        target,
        this.#store,
        this.#journal,
        this.#deadLetters,
        {
          ...this.#options,
          beside: this.#beside,
          isReturning: (number) => this.#returning.has(number),
          isHeld: () => !this.#mayDeliver,
          onGone: (records) => this.#grow(egress, -records),
        },
        this.#onIdle,
      );
      this.#deliveries.set(egress, delivery);
    }
    return delivery;
  }

  #buryOne(record: Omit<EgressRow, "expiresAt">): void {
    const { from: address, egress, argument } = record;
    this.#bury(record, this.#report({ egress, address, messageTypename: argument.typename }));
  }

  #bury(
    { number, from: target, egress, argument }: Omit<EgressRow, "expiresAt">,
    { code, message: reason }: StateFunError,
  ): void {
    const letter = { target, caller: undefined, argument };
    this.#deadLetters.add(letter, { code, reason, attempts: 0 }, { egress, number });
  }

  /** Nobody takes it: said aloud, because it is a deploy that forgot something. */
  #report(detail: FailureDetail & { readonly egress: string }): StateFunError {
    const { egress } = detail;
    const hint = didYouMean(egress, this.#options.egresses.keys());
    const error = new StateFunError("unknown_egress", `egress ${egress} is not bound${hint}`);
    this.#options.onError(error, detail);
    return error;
  }
}
