import type { Trouble } from "./trouble.ts";

/** How a way out is, as data. */
export interface EgressHealth {
  readonly typename: string;
  /** `waiting`: records of it are not taken outside, and tried again while the rest goes on. */
  readonly status: "running" | "waiting";
  /** Why: what the first of its troubles says. */
  readonly reason: string | undefined;
  readonly troubles: readonly Trouble[];
}
