import type { Answer } from "../engine/contract/answer.ts";
import type { Arrival } from "../engine/contract/arrival.ts";
import type { DeadRecord, EgressRow, Position } from "../engine/contract/records.ts";
import type { InstancePart, PartPlace } from "../engine/mailboxes/instance-parts.ts";
import type { WireAddress } from "../model/invocation.ts";
import type { WaitSignal } from "../internal/deadline.ts";
import type { EgressFormat } from "../sdk/egress/egress.ts";
import type { BoundFunction } from "../sdk/invocation/bound-function.ts";
import type { AdminHost } from "./admin/admin-host.ts";

/** What is known of a function: all of it for one of this process, its name alone for a remote one. */
export type SurfaceFunction = Pick<BoundFunction, "typename"> &
  Partial<Pick<BoundFunction, "accepts" | "replies" | "states" | "retry">>;

/** An egress whose records are kept; without a format nothing but their typenames says what they are. */
export interface KeptEgress {
  readonly typename: string;
  readonly format: Pick<EgressFormat, "accepts" | "decode"> | undefined;
}

/** What runs behind an HTTP surface: an engine of this process, or many behind RPC. */
export interface SurfaceHost {
  /** For health. */
  readonly engine: "embedded" | "durable-object";
  /** A function that messages may be sent to; undefined for an unknown name. */
  functionOf(typename: string): SurfaceFunction | undefined;
  /** Those whose names are known. */
  functions(): Iterable<SurfaceFunction>;
  /** Whether a function that there is runs in another process. @default none does */
  isRemote?(typename: string): boolean;
  /** Undefined unless records of this egress are kept. */
  keptEgress(typename: string): KeptEgress | undefined;
  keptEgresses(): Iterable<KeptEgress>;
  /** Resolves when the message survives a crash. */
  send(arrival: Arrival): Promise<{ readonly id: string; readonly duplicate: boolean }>;
  /** Rejects with `call_timeout`, or with the reason of the signal. */
  call(arrival: Arrival, timeoutMs: number, signal: WaitSignal | undefined): Promise<Answer>;
  /**
   * Oldest first, and only what survives a crash. No more once they have `maxBytes` together, but one if there is one; an
   * engine that answers from elsewhere may have bounds of its own.
   */
  kept(
    egress: string,
    after: Position,
    limit: number,
    maxBytes: number,
  ): Promise<readonly EgressRow[]>;
  /** Resolves when there may be some behind `after`, when there never will be, or when the signal aborts. */
  waitKept(egress: string, after: Position, signal: AbortSignal): Promise<void>;
  /** Milliseconds since the epoch, of the engine. */
  now(): number;
  /** What makes positions unique beyond one store, for the ids of records. */
  recordId(row: EgressRow): string;
  /** Parts of an instance behind a place, bounded as kept records are. */
  look(address: WireAddress, place: PartPlace, want: LookWant): Promise<Look>;
  /** Bounded as kept records are. */
  deadLetters(
    after: Position,
    limit: number,
    typename: string | undefined,
    maxBytes: number,
  ): Promise<readonly DeadRecord[]>;
  replay(number: Position): Promise<void>;
  discard(number: Position): Promise<void>;
  /** Cheap without the figures: everybody may ask, as often as they like. */
  health(withFigures: boolean): Promise<SurfaceHealth>;
  /** What operators see and do beyond this. */
  admin(): Promise<AdminHost>;
}

export interface LookWant {
  /** What is at the place, instead of what is behind it. */
  readonly isExact?: boolean;
  readonly limit: number;
  readonly maxBytes: number;
}

/** Nothing of it could be taken back by a crash. */
export interface Look {
  readonly mailboxLength: number;
  readonly parts: readonly InstancePart[];
}

export interface SurfaceHealth {
  /** Anything but `ok` takes no messages. */
  readonly status: string;
  /** What only trusted callers see. Empty unless requested. */
  readonly figures: Readonly<Record<string, unknown>>;
}
