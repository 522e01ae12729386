import type { InvocationBatch, InvocationOutcome } from "statefun/protocol";

/**
 * A model as one text, so that two readers' results compare quickly and differ readably. On v2 no
 * bytes and zero bytes are the same thing on the wire.
 */
function show(what: unknown, wire: "v2" | "v3"): string {
  return JSON.stringify(
    what,
    (key, value: unknown) => {
      if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
      if (value === undefined) return key === "bytes" && wire === "v2" ? "" : null;
      return value;
    },
    1,
  );
}

export function meaningOfBatch(batch: InvocationBatch, wire: "v2" | "v3"): string {
  const state = [...batch.state].sort(([left], [right]) => (left < right ? -1 : 1));
  return show({ ...batch, state }, wire);
}

export function meaningOfOutcome(outcome: InvocationOutcome, wire: "v2" | "v3"): string {
  return show(outcome, wire);
}
