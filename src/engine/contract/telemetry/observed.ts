import { StateFunError } from "../../../internal/errors.ts";
import type { WireAddress, WireValue } from "../../../model/invocation.ts";
import type { AcceptedEvent } from "../../../model/observer.ts";
import type { EngineParts } from "../options.ts";

/** Whom parts of an engine tell what they do. */
export type Observed = Pick<EngineParts, "kind" | "observer" | "recording">;

/** What comes from outside. */
export interface Incoming {
  readonly target: WireAddress;
  readonly argument: WireValue;
}

/** For an event: whoever gets it may write to it, though nobody should. */
export function toldAddress({ typename, id }: WireAddress): WireAddress {
  return { typename, id };
}

export function tellAccepted(
  { observer, kind: engine = "embedded" }: Observed,
  { target, argument }: Incoming,
  { kind, delayMs, isDuplicate }: Pick<AcceptedEvent, "kind" | "delayMs" | "isDuplicate">,
): void {
  observer?.accepted?.({
    engine,
    address: toldAddress(target),
    messageTypename: argument.typename,
    kind,
    delayMs,
    isDuplicate,
  });
}

export function tellRefused(
  { observer, kind: engine = "embedded" }: Observed,
  { target, argument }: Incoming,
  error: unknown,
): void {
  observer?.refused?.({
    engine,
    address: toldAddress(target),
    messageTypename: argument.typename,
    code: error instanceof StateFunError ? error.code : "failed",
  });
}
