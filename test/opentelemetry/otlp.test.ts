import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { functionRef, string } from "statefun";
import { openTelemetry } from "statefun/opentelemetry";
import { createRuntime } from "statefun/runtime";
import { afterEach, beforeEach, expect, it } from "vitest";
import { chain, chainTree, ends } from "./support/chain.ts";
import { type Collector, found, startCollector, tracingTo } from "./support/collector.ts";
import { tracesOf, treeOf } from "./support/trees.ts";

let collector: Collector;

beforeEach(async () => {
  collector = await startCollector();
});
afterEach(() => collector.close());

it("the exporters of OTLP over HTTP bring one trace and the metrics to a collector", async () => {
  const tracerProvider = tracingTo(collector);
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter({ url: `${collector.url}/v1/metrics` }),
    exportIntervalMillis: 3_600_000,
  });
  const meterProvider = new MeterProvider({ readers: [reader] });
  let isDone = false;
  const runtime = await createRuntime({
    modules: chain(10),
    observer: openTelemetry({ tracerProvider, meterProvider }),
    egresses: [
      ends.to(() => {
        isDone = true;
      }),
    ],
  });
  await runtime.send(functionRef("trace/first", string).at("1"), "start");
  await expect.poll(() => isDone).toBe(true);
  await runtime.close();
  await tracerProvider.shutdown();
  await meterProvider.shutdown();
  const spans = collector.spans();
  expect(treeOf(spans)).toEqual(["send trace/first", ...chainTree.map((line) => `  ${line}`)]);
  expect(tracesOf(spans)).toBe(1);
  const names = found(collector.received("/v1/metrics"), "metrics").map(({ name }) => name);
  expect(names).toContain("statefun.messages.handled");
  expect(names).toContain("messaging.process.duration");
});
