import type { StateFunError } from "../../internal/errors.ts";
import type { SourceBatch } from "./source-batch.ts";
import type { Trouble } from "./trouble.ts";

/** What a runtime gives to an ingress that it starts. */
export interface IngressHost {
  /** Names the store, over all its runs and unlike any other store. */
  readonly identity: string;
  /**
   * Takes messages and the new position of their source: all of it exactly once, whatever crashes; or throws and
   * takes nothing (`mailbox_full`, `unavailable`: wait, and give the same again). Messages to functions that are
   * not bound are taken too, `maxMailbox` of them, and wait for a deploy that binds them. `done` is called once it
   * survives a crash; an error there means that the outcome is unknown, and that the runtime has stopped.
   */
  ingest(batch: SourceBatch, done: (error: StateFunError | undefined) => void): void;
  /** Where a source has got to with what was ingested; undefined for one that gave nothing. Throws like `ingest`. */
  position(source: string): string | undefined;
  /**
   * Messages that wait to be handled, by functions that there are. Giving much more than can be handled only makes restarts
   * longer.
   */
  pending(): number;
  /**
   * Engine time, for the `sinceMs` of troubles: health gives them beside those of egresses. A connector is made by a program, which
   * has no clock to give it.
   */
  now(): number;
  /** Of one message, in bytes: a longer one is never given to a function. */
  readonly maxMessageBytes: number;
  /** Gets everything that goes wrong outside. Never throws. */
  onError(error: unknown): void;
}

/** An ingress that gives messages. */
export interface RunningIngress {
  /**
   * Takes nothing more from outside, and lets everything go that it holds there. Resolves when nothing more will
   * come, after `drainMs` at the latest. Never rejects. Called once.
   */
  stop(drainMs: number): Promise<void>;
  health(): IngressHealth;
}

/** How an ingress is, as data. */
export interface IngressHealth {
  readonly typename: string;
  /**
   * `starting` until it has what it reads from; `waiting`: something outside is in trouble, and is tried again while the
   * rest goes on; `stalled`: a part of it stands at a record that it must not pass; `stopped`: at its end, or for a reason.
   */
  readonly status: "starting" | "running" | "waiting" | "stalled" | "stopped";
  /** Why, unless it is running: what the first of its troubles says. */
  readonly reason?: string;
  readonly troubles: readonly Trouble[];
  readonly sources: readonly SourceHealth[];
}

/** One source of an ingress: a partition of a topic. */
export interface SourceHealth {
  readonly source: string;
  /** What is read next, as the source counts. */
  readonly position: string | undefined;
  /** Records that exist and were not taken yet; undefined while the number is unknown. */
  readonly lag: number | undefined;
  /** Records taken a second, over the last ten seconds or so. */
  readonly rate: number;
  /** Records taken, and of those the invalid ones, since it was assigned to this process. */
  readonly records: number;
  readonly invalid: number;
  /** It does not read because the runtime has no room. */
  readonly isPaused: boolean;
}

/** What `Ingress["~ingress"]` holds where a connector made it. */
export interface StartableIngress {
  /** What it must not share with another ingress of the runtime. */
  readonly claims?: readonly IngressClaim[];
  /** Begins in the background: what cannot be reached yet is not an error. Throws for what can never work here. */
  start(host: IngressHost): RunningIngress | Promise<RunningIngress>;
}

/** Something outside that one ingress of a runtime may have, and no other. */
export interface IngressClaim {
  readonly key: string;
  /** Why it cannot be, where `other` has claimed it already. */
  readonly conflict: (other: string) => string;
}
