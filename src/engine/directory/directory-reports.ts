import type { Journal } from "../commit/journal.ts";
import type { EngineOptions } from "../contract/options.ts";
import type { LinksOut } from "../routing/links-out.ts";
import type { Router } from "../routing/router.ts";
import type { Directory } from "./directory.ts";
import type { Presence } from "./presence.ts";

export interface DirectoryReportsParts {
  readonly options: EngineOptions;
  readonly journal: Journal;
  readonly links: LinksOut | undefined;
  readonly router: Router;
  readonly isRested: boolean;
  /** Nothing is left but what is on links. */
  readonly isAtRest: () => boolean;
  readonly until: (condition: () => boolean) => Promise<void>;
}

/** What a partition reports to the directory, and who waits for that. */
export class DirectoryReports {
  readonly #parts: DirectoryReportsParts;
  /** Undefined where there is no directory, and before `load`. */
  presence: Presence | undefined;
  /** What this partition has of the directory. As above. */
  directory: Directory | undefined;
  /** The directory did not answer in time: an alarm sees to it, as to other work. */
  #isLate = false;

  constructor(parts: DirectoryReportsParts) {
    this.#parts = parts;
  }

  /** Before anything happens. Most engines have no directory, and load nothing. */
  async load(): Promise<void> {
    const { options, journal, links, router, isRested } = this.#parts;
    const { directory } = options;
    if (options.deliver === undefined || links === undefined) return;
    const { store } = options;
    if (directory === undefined || store.presence === undefined) return;
    const { Directory, Presence } = await import("./parts.ts");
    this.directory = new Directory(store, journal, (error) => options.onError(error, {}));
    this.presence = new Presence({
      ...{ name: options.name, store, presence: store.presence, journal, links, directory },
      isRested,
      partitionOf: (shard) => router.partitionOf(shard),
    });
    journal.listen(this.presence);
  }

  /** Something was reported that is not acknowledged. */
  get isOpen(): boolean {
    return this.presence !== undefined && this.#parts.links?.isWaitingFor(true) === true;
  }

  /**
   * Notes without an acknowledgement are all that is left to do. They need no alarm, which would be a row: their cause is answered only
   * after the acknowledgement (`delivered`), and its sender repeats what is not answered.
   */
  get isOnlyLeft(): boolean {
    if (!this.isOpen) {
      this.#isLate = false;
      return false;
    }
    const { links, isAtRest } = this.#parts;
    return !this.#isLate && links?.isWaitingFor(false) === false && isAtRest();
  }

  /**
   * Resolves when the directory has acknowledged all reports, or after this time. To be awaited before an answer to whoever
   * has changed something; with `isAnswer` an alarm is set then that sees to the rest.
   */
  async delivered(longestMs: number, isAnswer: boolean): Promise<void> {
    const { journal, options, until } = this.#parts;
    const isDelivered = (): boolean => journal.isStopped || !this.isOpen;
    if (isDelivered()) return;
    let cancel: (() => void) | undefined;
    const late = new Promise<void>((resolve) => {
      cancel = options.clock.after(longestMs, resolve);
    });
    await Promise.race([until(isDelivered), late]);
    cancel?.();
    if (isDelivered() || !isAnswer || options.deliver === undefined) return;
    const { store } = options;
    this.#isLate = true;
    journal.guard(() => store.wakeSoon?.(journal.now()));
    await store.durable(1);
  }
}
