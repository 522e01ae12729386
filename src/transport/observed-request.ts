import type { Clock } from "../model/clock.ts";
import type { StepBatch } from "../model/invocation.ts";
import type { Failed, InvocationOutcome } from "../model/outcome.ts";
import type { WatchedObserver } from "../model/watch.ts";
import type { EndpointsObserved } from "./observed-endpoints.ts";
import { type StampRules, stampedAnswer } from "./stamped-answer.ts";

/** What is reported of requests to remote functions, and where records for Kafka may have headers. */
export interface ObservedSettings extends StampRules, EndpointsObserved {
  readonly observer: WatchedObserver | undefined;
}

/** Runs a request: all messages in it are one observation. `request` never rejects. */
export function observedRequest(
  { target, invocations }: StepBatch,
  settings: ObservedSettings,
  { clock, identity }: { readonly clock: Clock; readonly identity: string },
  request: () => Promise<InvocationOutcome | Failed>,
): Promise<InvocationOutcome | Failed> {
  const { observer, engine } = settings;
  const by = { engine, clock, identity, isRemote: true };
  const watch = observer?.watch?.(target, invocations, by);
  if (watch === undefined) return request();
  return watch.run(request).then((outcome) => {
    const isDone = outcome.kind === "completed";
    const stamped = isDone ? stampedAnswer(outcome, watch, settings) : outcome;
    watch.ended(outcome.kind, outcome.kind === "failed" ? outcome.error : undefined);
    return stamped;
  });
}
