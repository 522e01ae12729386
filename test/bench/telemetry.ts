import { context, propagation, type Sampler } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  AggregationTemporality,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";

export interface TelemetryKind {
  /** Which traces are recorded. */
  readonly share: 1 | 0.01;
  readonly processor: "batch" | "simple";
}

export interface Telemetry {
  readonly tracerProvider: TracerProvider;
  readonly meterProvider: MeterProvider;
}

const dropped = {
  export: (_: unknown, done: (result: { code: number }) => void): void => done({ code: 0 }),
  shutdown: async () => {},
  forceFlush: async () => {},
};

/** The whole SDK, whose spans and metrics are thrown away where they would be exported. */
export function telemetry({ share, processor }: TelemetryKind): Telemetry {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const root: Sampler = share === 1 ? new AlwaysOnSampler() : new TraceIdRatioBasedSampler(share);
  const Processor = processor === "batch" ? BatchSpanProcessor : SimpleSpanProcessor;
  const exporter = {
    ...dropped,
    selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE,
  };
  return {
    tracerProvider: new TracerProvider({
      sampler: new ParentBasedSampler({ root }),
      spanProcessors: [new Processor({ exporter: dropped })],
    }),
    meterProvider: new MeterProvider({
      readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1_000 })],
    }),
  };
}
