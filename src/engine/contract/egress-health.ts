import type { Trouble } from "./trouble.ts";

/** How a way out is, as data. */
export interface EgressHealth {
  readonly typename: string;
  /** `waiting`: its records are not accepted outside and are retried, while the rest continues. */
  readonly status: "running" | "waiting";
  /** Why: what the first of its troubles says. */
  readonly reason: string | undefined;
  readonly troubles: readonly Trouble[];
}
