import { context, metrics, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { afterEach, beforeEach } from "vitest";

export interface Telemetry {
  /** Those that have ended. */
  spans(): readonly ReadableSpan[];
  /** Of one name. */
  named(name: string): readonly ReadableSpan[];
  /** Data points of a metric by their attributes. */
  metric(name: string): Promise<readonly Point[]>;
}

export interface Point {
  readonly value: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** The real SDK for each test, as a program sets it up. */
export function telemetry(): Telemetry {
  let spans = new InMemorySpanExporter();
  let points = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  let reader = readerOf(points);
  beforeEach(() => {
    spans = new InMemorySpanExporter();
    points = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    reader = readerOf(points);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    const spanProcessors = [new SimpleSpanProcessor({ exporter: spans })];
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors }));
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  });
  afterEach(async () => {
    await reader.shutdown();
    for (const api of [trace, metrics, propagation, context]) api.disable();
  });
  const all = () => spans.getFinishedSpans();
  return {
    spans: all,
    named: (name) => all().filter((span) => span.name === name),
    async metric(name) {
      points.reset();
      await reader.forceFlush();
      const found = points
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics)
        .flatMap(({ metrics: list }) => list)
        .filter(({ descriptor }) => descriptor.name === name);
      return found.flatMap(({ dataPoints }) =>
        dataPoints.map(({ value, attributes }) => ({ value, attributes })),
      );
    },
  };
}

function readerOf(exporter: InMemoryMetricExporter): PeriodicExportingMetricReader {
  return new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
}
