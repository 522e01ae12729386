import type { Store as EngineStore } from "../engine/contract/store.ts";
import { StateFunError } from "../internal/errors.ts";
import { peek } from "../internal/show.ts";
import { type Backup, type BackupOptions, isBackedUp } from "../store/backup/backup.ts";

/** The backups of one runtime, which end before its store is closed. */
export class Backups {
  readonly #store: EngineStore;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(store: EngineStore) {
    this.#store = store;
  }

  async backUp(path: string, options: BackupOptions = {}): Promise<Backup> {
    const store = this.#store;
    if (!isBackedUp(store)) {
      throw new StateFunError(
        "unsupported",
        "only a store in a file can be backed up: this runtime keeps its state in memory",
      );
    }
    this.#stop.signal.throwIfAborted();
    // What is no signal, or no object, is for the store to refuse.
    const signals = [this.#stop.signal, peek(options, "signal")];
    const signal = AbortSignal.any(signals.filter((one) => one instanceof AbortSignal));
    const isSignal = signals[1] === undefined || signals[1] instanceof AbortSignal;
    const running = store.backup(path, isSignal ? { ...options, signal } : options);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Resolves when none reads the store any more. */
  async stop(): Promise<void> {
    this.#stop.abort(
      new StateFunError("draining", "the runtime is closing: its backup was given up"),
    );
    await Promise.allSettled(this.#running);
  }
}
