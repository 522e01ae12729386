import type { ExportedState, InstanceLine } from "../../export-format/records.ts";
import { base64FromBytes } from "../../internal/bytes.ts";
import { compareTexts } from "../../internal/text-order.ts";
import type { KnownStates, WireAddress, WireValue } from "../../model/invocation.ts";

/** All that the cluster has of it, declared or not. */
export function exportedInstance({ typename, id }: WireAddress, state: KnownStates): InstanceLine {
  const present = [...state].flatMap(([name, value]) =>
    value === undefined ? [] : [[name, exportedState(value)] as const],
  );
  present.sort(([left], [right]) => compareTexts(left, right));
  return { kind: "instance", function: typename, id, states: Object.fromEntries(present) };
}

function exportedState({ typename, bytes }: WireValue): ExportedState {
  return { type: typename, ...(bytes && { bytes: base64FromBytes(bytes) }) };
}
