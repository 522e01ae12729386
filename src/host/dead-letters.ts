import type { DeadLetter } from "./views.ts";

export interface DeadLetters {
  /**
   * Oldest first. `limit` is 100 by default, at most 10,000; a page has fewer once they have 1 MiB together, so go on until
   * one is empty. `after` is the id of the last one of the page before; `typename` narrows to one function, or to one egress.
   */
  list(options?: {
    readonly limit?: number;
    readonly after?: string;
    readonly typename?: string;
  }): Promise<readonly DeadLetter[]>;
  /** Sends it again, behind everything that waits now, with all its attempts. */
  replay(id: string): Promise<void>;
  /** Forgets it. */
  discard(id: string): Promise<void>;
}
