import type { Clock } from "../../model/clock.ts";
import type { EgressRow, Position } from "./records.ts";
import type { Store } from "./store.ts";
import type { Trouble } from "./trouble.ts";

/** A record that a delivery did not take. */
export interface Untaken {
  readonly row: EgressRow;
  /** One that no retry can help makes a dead letter of it. */
  readonly reason: unknown;
  /** It is dropped, and the reason is reported. */
  readonly isDropped?: boolean;
}

/** The same, as a connector says it: by its place among the records that it was given. */
export interface LeftRecord extends Omit<Untaken, "row"> {
  readonly index: number;
}

/**
 * Parts of an egress whose records leave in their order, and wait for each other but not for those of other parts. Connectors that
 * have such parts bring them along, see `waiting-lanes.ts`.
 */
export interface Lanes {
  /** None of them can do anything now. */
  readonly isIdle: boolean;
  /** None of them waits. */
  readonly isEmpty: boolean;
  /** Whether a record has to wait for its lane. It does from then on. */
  holds(row: EgressRow): boolean;
  /** A record was not accepted: its lane waits, and this is reported. */
  hold(row: EgressRow, reason: unknown): void;
  stop(): void;
  troubles(): readonly Trouble[];
}

/** What lanes are given of their egress. */
export interface LanesParts {
  readonly egress: string;
  readonly store: Pick<Store, "unsent">;
  readonly journal: { readonly isStopped: boolean };
  readonly options: {
    readonly clock: Clock;
    readonly random: () => number;
    /** Nothing may leave now. */
    readonly isHeld: () => boolean;
    readonly defer: (run: () => void) => void;
    readonly onError: (error: unknown, detail: { readonly egress: string }) => void;
  };
  /** Whether a record survives a crash, and was not taken. One that may not leave yet is given to `holds` when it may. */
  readonly mayLeave: (number: Position) => boolean;
  /** Delivers records of one lane. Never rejects; what is left is in their order. */
  attempt(page: readonly EgressRow[]): Promise<{ readonly left: readonly Untaken[] }>;
  readonly onIdle: () => void;
}

export type MakeLanes = (parts: LanesParts) => Lanes;
