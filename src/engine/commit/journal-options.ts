import type { StateFunError } from "../../internal/errors.ts";
import type { RandomBytes } from "../../internal/random-name.ts";
import type { Clock } from "../../model/clock.ts";
import type { LinkWindow, Store } from "../contract/store.ts";
import type { TurnBudget } from "../contract/turn-budget.ts";
import type { WindowHold } from "./window-hold.ts";

/** Writes a window; `steps` were started in it. Throws where the store does. */
export type Commit = (window: LinkWindow, steps: number) => void;

/** What a journal is given by its partition. */
export interface JournalOptions {
  readonly store: Store;
  readonly commit: Commit;
  readonly clock: Clock;
  /** Runs something when what is due now has run: after all microtasks, and after waiting I/O had its turn. */
  readonly defer: (run: () => void) => void;
  /** Bounds windows where the clock does not. */
  readonly budget: TurnBudget | undefined;
  /** Keeps windows open for handlers that wait. @default they close on the next turn of the event loop */
  readonly hold: WindowHold | undefined;
  readonly randomBytes: RandomBytes;
  /** Of the partition, for the identity of its store. */
  readonly mark: string;
  /** How long a change that nothing waits for may wait for a later window. */
  readonly lazyMs: number;
  /** Whether messages that have not run may move to the next window, as long as they have no receipt. */
  readonly mayPostpone: () => boolean;
  /** Whether termination now would not count as a crash. */
  readonly isResting: () => boolean;
  /** Whether the senders of batches repeat all that is left to do. */
  readonly isRepeatedBySenders: () => boolean;
  /** Called once, when the engine stops. */
  readonly onStop: (error: StateFunError) => void;
  /** Gets the errors of a store that begins to refuse windows, of one that fails, and of clocks that jump. */
  readonly onError: (error: unknown) => void;
  /** The open window stays open for another while: steps may start in it again. */
  readonly onHeld: () => void;
  /** Everything done so far survives a crash now, and everything that waited for this was resolved. */
  readonly onSettled: () => void;
}
