import type { Store as EngineStore } from "../engine/contract/store.ts";
import { StateFunError } from "../internal/errors.ts";
import { peek } from "../internal/show.ts";
import { backUp } from "../store/backup/back-up.ts";
import { type Backup, type BackupOptions, isFileStore } from "../store/backup-source.ts";

/** The backups of one runtime, which end before its store is closed. */
export class Backups {
  readonly #store: EngineStore;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  /** `isClosing` says whether the runtime has begun to close before the first of them. */
  constructor(store: EngineStore, isClosing: () => boolean) {
    this.#store = store;
    if (isClosing()) void this.stop();
  }

  async backUp(path: string, options: BackupOptions = {}): Promise<Backup> {
    this.#stop.signal.throwIfAborted();
    const store = this.#store;
    const source = isFileStore(store) ? store.backupSource() : undefined;
    if (source === undefined) {
      throw new StateFunError(
        "unsupported",
        "only a store in a file can be backed up: this runtime keeps its state in memory",
      );
    }
    // What is no signal, or no object, is for the store to refuse.
    const signals = [this.#stop.signal, peek(options, "signal")];
    const signal = AbortSignal.any(signals.filter((one) => one instanceof AbortSignal));
    const isSignal = signals[1] === undefined || signals[1] instanceof AbortSignal;
    const running = backUp(source, path, isSignal ? { ...options, signal } : options);
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
