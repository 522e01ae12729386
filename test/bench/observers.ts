import type { Observer } from "statefun";
import { type TelemetryKind, telemetry } from "./telemetry.ts";

/** What is told to nobody, but told. */
const empty: Observer = {
  sending: () => undefined,
  accepted: () => {},
  refused: () => {},
  handling: () => ({ run: (run) => run(), headers: () => undefined, ended: () => {} }),
  dead: () => {},
  timer: () => {},
  emitted: () => {},
  delivered: () => {},
  committed: () => {},
  reachable: () => {},
  ingress: () => {},
  operated: () => {},
  stopped: () => {},
};

/** With the whole SDK. */
async function traced(kind: TelemetryKind): Promise<Observer> {
  // Older builds do not have it.
  const { openTelemetry } = await import("statefun/opentelemetry");
  return openTelemetry(telemetry(kind));
}

/** The observers that are measured, by the names of their columns. */
export const observers: Readonly<Record<string, () => Promise<Observer | undefined>>> = {
  none: async () => undefined,
  "empty hooks": async () => empty,
  OpenTelemetry: () => traced({ share: 1, processor: "batch" }),
  "OpenTelemetry, 1 % of traces": () => traced({ share: 0.01, processor: "batch" }),
};
