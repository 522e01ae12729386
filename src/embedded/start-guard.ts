let guard: (() => Promise<void> | undefined) | undefined;

/**
 * From now on `createRuntime` waits for this before it opens a store, or rejects with what it throws. For a
 * program that loads files of others to run what they export: they must not start it themselves.
 */
export function guardStarts(given: () => Promise<void> | undefined): void {
  guard = given;
}

export function passGuard(): Promise<void> | undefined {
  return guard?.();
}
