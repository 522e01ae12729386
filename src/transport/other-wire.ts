import type { StateFunError } from "../internal/errors.ts";
import type { Completed, InvocationOutcome } from "../model/outcome.ts";
import type { ProtocolCodec } from "../protocol/codec.ts";
import { codecV2 } from "../protocol/v2/codec.ts";
import { codecV3 } from "../protocol/v3/codec.ts";
import { nonsense } from "./remote-failure.ts";

/**
 * The two wires read each other's answers without an error and lose what is in them: messages without their
 * values, requests for states as no effects at all. Throws for an answer that is certainly of the other one.
 */
export function assertSameWire(
  codec: ProtocolCodec,
  bytes: Uint8Array,
  outcome: InvocationOutcome,
  what: string,
): void {
  if (codec.name === "v2") {
    // Wire v2 has no such answer.
    const asV3 = () => codecV3.decodeResponse(bytes).kind === "incomplete";
    if (bytes.length > 0 && succeeds(asV3)) throw otherWire(what, "v3");
    return;
  }
  if (outcome.kind !== "completed" || !valuesOf(outcome).some((value) => value === undefined))
    return;
  const asV2 = (): boolean => {
    const other = codecV2.decodeResponse(bytes);
    return other.kind === "completed" && valuesOf(other).some((value) => (value?.length ?? 0) > 0);
  };
  // A value that is bytes there is a flag here.
  if (succeeds(asV2) && valuesOf(outcome).every((value) => value === undefined)) {
    throw otherWire(what, "v2");
  }
}

function valuesOf({ messages, delayed, egresses }: Completed): (Uint8Array | undefined)[] {
  const sends = delayed.flatMap((effect) => (effect.kind === "send" ? [effect] : []));
  return [...messages, ...sends, ...egresses].map(({ argument }) => argument.bytes);
}

function succeeds(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}

function otherWire(what: string, wire: "v2" | "v3"): StateFunError {
  return nonsense(`${what} answered on wire ${wire}: its endpoint needs protocol: "${wire}"`);
}
