import type { Position } from "./records.ts";

export interface InstancesWant {
  readonly typename: string;
  /** Ids that begin with it. */
  readonly prefix?: string;
  /** The cursor of an earlier page. */
  readonly after?: string;
  readonly limit: number;
  /** Only those with trouble, with a waiting message, or paused ones. @default all */
  readonly is?: "troubled" | "waiting" | "paused";
}

export interface InstancesPage {
  readonly instances: readonly InstanceRow[];
  /** Undefined at the end. */
  readonly next: string | undefined;
}

export interface InstanceRow {
  readonly id: string;
  /** Waiting messages. */
  readonly waiting: number;
  /** How long the oldest of them has waited, in milliseconds, to about a second; at least this where it is from an earlier run. */
  readonly oldestMs: number | undefined;
  readonly isRunning: boolean;
  readonly isPaused: boolean;
  readonly states: number;
  /** Bytes of its states, as far as that is known without reading them. */
  readonly stateBytes: number | undefined;
  readonly trouble: Trouble | undefined;
}

/** One in a list of many, of which a directory knows no more than that it is there. */
export type ListedRow = Pick<InstanceRow, "id"> & Partial<InstanceRow>;

/** Why an instance does not go on. */
export interface Trouble {
  /** `busy`: its function, or the endpoint of that, has as many running steps as it may have. */
  readonly kind: "retrying" | "unbound" | "endpoint" | "busy" | "paused" | "state";
  readonly code: string;
  /** At most 2 kB. */
  readonly reason: string;
  /** Of the message at the head. */
  readonly attempts: number;
  readonly number: Position;
  /** Engine time; undefined if it was not tried since the start. */
  readonly at: number | undefined;
  readonly retryAt: number | undefined;
  /** The endpoint, by its name for the function, or the function that it waits for. */
  readonly waitsFor: string | undefined;
}

export interface InstanceTrouble extends Trouble {
  readonly typename: string;
  readonly id: string;
}

export interface TimersWant {
  readonly typename?: string;
  readonly id?: string;
  readonly after: Position;
  readonly limit: number;
  readonly maxBytes: number;
}
