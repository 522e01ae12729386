import { StateFunError } from "../internal/errors.ts";

/** Throws `conflict` where something may run. */
export function assertStill(isPaused: boolean, what: string): void {
  if (isPaused) return;
  const text = `${what} needs an application that stands still: deploy it with the option paused of durableObjectEngine`;
  throw new StateFunError("conflict", text);
}
