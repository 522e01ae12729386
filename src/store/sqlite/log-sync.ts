import type { StateFunError } from "../../internal/errors.ts";
import { reasonOf } from "../../internal/show.ts";
import { finalFailure } from "../store-errors.ts";
import type { Platform } from "./platform.ts";

/** Threads that wait for the disk at the same time, each with a descriptor. Node has four for all files and names of a program. */
export const flushThreads = 3;
/** For so few the disk is waited for at once: going to another thread and back takes longer than a fast disk. */
const fewWaiting = 4;
/** A disk that took longer the last time is not waited for at once: nothing else runs meanwhile. */
const slowMs = 1;

interface Waiting {
  /** The commit that has to be on the disk. */
  readonly commit: number;
  readonly resolve: () => void;
  readonly reject: (error: StateFunError) => void;
}

/**
 * Brings the log of a database to the disk, beside the thread that serves: SQLite has written the log at each commit, and
 * does not flush it. A flush that begins after a commit covers that commit and all before it. The README says why an
 * acknowledgement that waits for it means the disk.
 */
export class LogSync {
  readonly #platform: Platform;
  readonly #name: string;
  readonly #files: readonly number[];
  /** Descriptors that no thread uses. */
  readonly #free: number[];
  /** Commits so far; up to which a flush has begun; and up to which all is on the disk. */
  #committed = 0;
  #begun = 0;
  #reached = 0;
  #lastMs: number;
  /** In the order of their commits. */
  #waiting: Waiting[] = [];
  #failure: StateFunError | undefined;
  #isClosed = false;

  /**
   * `files` are descriptors of the log, which belong to this from now on. Each flush has one for itself: of several by one
   * descriptor Linux reports only to one that writing has failed, and the others end well. Throws if the platform cannot flush.
   */
  constructor(platform: Platform, name: string, files: readonly number[]) {
    this.#platform = platform;
    this.#name = name;
    this.#files = files;
    this.#free = [...files];
    const startedAt = performance.now();
    for (const file of files) platform.fs.fdatasyncSync(file);
    this.#lastMs = (performance.now() - startedAt) / files.length;
  }

  /** Called after each commit. */
  committed(): void {
    this.#committed++;
  }

  /** Resolves when all commits so far are on the disk. `waiting` says how many resolve then. */
  durable(waiting: number): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#reached === this.#committed) return Promise.resolve();
    const isFew = waiting > 0 && waiting <= fewWaiting;
    const [file] = this.#free;
    const isQuiet = this.#free.length === this.#files.length && this.#lastMs < slowMs;
    if (isFew && isQuiet && file !== undefined) return this.#flushNow(file);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ commit: this.#committed, resolve, reject });
      this.#flush();
    });
  }

  /** What was written may be lost, and no later flush says so. */
  fail(cause: unknown): StateFunError {
    this.#failure ??= finalFailure(
      this.#name,
      `the disk could not be flushed (${reasonOf(cause)}): the last changes may be lost`,
      cause,
    );
    const failure = this.#failure;
    for (const { reject } of this.#waiting.splice(0)) reject(failure);
    return failure;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // A thread that waits still uses the descriptor: another file could get its number.
    this.#releaseUnused();
  }

  #flushNow(file: number): Promise<void> {
    const startedAt = performance.now();
    try {
      this.#platform.fs.fdatasyncSync(file);
    } catch (error) {
      return Promise.reject(this.fail(error));
    }
    this.#lastMs = performance.now() - startedAt;
    this.#begun = this.#reached = this.#committed;
    return Promise.resolve();
  }

  #flush(): void {
    if (this.#begun === this.#committed) return;
    const file = this.#free.shift();
    if (file === undefined) return;
    const commit = this.#committed;
    const startedAt = performance.now();
    this.#begun = commit;
    this.#platform.fs.fdatasync(file, (error) => {
      this.#free.push(file);
      this.#lastMs = performance.now() - startedAt;
      if (error) this.fail(error);
      else if (this.#failure === undefined) this.#ended(commit);
      if (this.#isClosed) this.#releaseUnused();
    });
  }

  #ended(commit: number): void {
    // One that began later may have ended before.
    this.#reached = Math.max(this.#reached, commit);
    const first = this.#waiting.findIndex((waiting) => waiting.commit > this.#reached);
    const flushed = this.#waiting.splice(0, first < 0 ? this.#waiting.length : first);
    for (const { resolve } of flushed) resolve();
    if (this.#waiting.length > 0 && !this.#isClosed) this.#flush();
  }

  #releaseUnused(): void {
    if (this.#free.length < this.#files.length) return;
    this.#failure ??= finalFailure(this.#name, "was closed before the last changes were flushed");
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
    for (const file of this.#files) {
      try {
        this.#platform.fs.closeSync(file);
      } catch {
        // Of a disk that is gone.
      }
    }
  }
}
