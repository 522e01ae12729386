import { context, propagation, type Sampler } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { Observer } from "statefun";

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

/** The whole SDK, whose spans are thrown away where they would be exported. */
async function traced(root: Sampler): Promise<Observer> {
  // Older builds do not have it.
  const { openTelemetry } = await import("statefun/opentelemetry");
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const exporter = {
    export: (_: unknown, done: (result: { code: number }) => void) => done({ code: 0 }),
    shutdown: async () => {},
    forceFlush: async () => {},
  };
  const sampler = new ParentBasedSampler({ root });
  const spanProcessors = [new BatchSpanProcessor({ exporter })];
  const tracerProvider = new TracerProvider({ sampler, spanProcessors });
  return openTelemetry({ tracerProvider, meterProvider: new MeterProvider() });
}

/** The observers that are measured, by the names of their columns. */
export const observers: Readonly<Record<string, () => Promise<Observer | undefined>>> = {
  none: async () => undefined,
  "empty hooks": async () => empty,
  OpenTelemetry: () => traced(new AlwaysOnSampler()),
  "OpenTelemetry, 1 % of traces": () => traced(new TraceIdRatioBasedSampler(0.01)),
};
