import type { PendingMessage } from "../commit/pending-message.ts";
import type { EngineFunction, Place } from "../contract/function-transport.ts";
import type { StepRecorder } from "../contract/telemetry/recorder.ts";
import type { Instance } from "../mailboxes/instance.ts";

/** A step that runs. */
export interface Step {
  readonly fn: EngineFunction;
  readonly actor: Instance;
  readonly batch: readonly PendingMessage[];
  readonly place: Place | undefined;
  /** Undefined unless somebody recorded when it began. */
  readonly recorder: StepRecorder | undefined;
  /** How often the function has asked for states. */
  rounds: number;
  /** Its function did not end at once: it has a place in the share of the function. */
  isWaiting: boolean;
  /** By the monotonic clock. */
  startedAt: number;
  /** The turn of the event loop in which it began to wait. */
  turn: number;
}
