import { StateFunError } from "../../../internal/errors.ts";
import type { WireAddress, WireValue } from "../../../model/invocation.ts";
import type { AcceptedEvent } from "../../../model/observer.ts";
import type { EngineParts } from "../options.ts";

/** Where parts of an engine report what they do. */
export type Observed = Pick<EngineParts, "kind" | "observer" | "recording">;

/** What comes from outside. */
export interface Incoming {
  readonly target: WireAddress;
  readonly argument: WireValue;
}

/** For an event: whoever gets it may write to it, though nobody should. */
export function copyOfAddress({ typename, id }: WireAddress): WireAddress {
  return { typename, id };
}

export function reportAccepted(
  { observer, kind: engine = "embedded" }: Observed,
  { target, argument }: Incoming,
  { kind, delayMs, isDuplicate }: Pick<AcceptedEvent, "kind" | "delayMs" | "isDuplicate">,
): void {
  observer?.accepted?.({
    engine,
    address: copyOfAddress(target),
    messageTypename: argument.typename,
    kind,
    delayMs,
    isDuplicate,
  });
}

export function reportRefused(
  { observer, kind: engine = "embedded" }: Observed,
  { target, argument }: Incoming,
  error: unknown,
): void {
  observer?.refused?.({
    engine,
    address: copyOfAddress(target),
    messageTypename: argument.typename,
    code: error instanceof StateFunError ? error.code : "failed",
  });
}
