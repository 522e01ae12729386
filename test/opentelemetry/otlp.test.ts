import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { functionRef, string } from "statefun";
import { openTelemetry } from "statefun/opentelemetry";
import { createRuntime } from "statefun/runtime";
import { afterEach, beforeEach, expect, it } from "vitest";
import { chain, chainTree, ends } from "./support/chain.ts";
import { type SpanLike, tracesOf, treeOf } from "./support/trees.ts";

let server: Server;
let url = "";
const received = new Map<string, unknown[]>();

beforeEach(async () => {
  received.clear();
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = request.url ?? "";
    received.set(path, [
      ...(received.get(path) ?? []),
      JSON.parse(Buffer.concat(chunks).toString()),
    ]);
    response.setHeader("content-type", "application/json").end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** All objects of a kind, wherever they stand in what was exported. */
function found(value: unknown, key: string): Record<string, unknown>[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === key && Array.isArray(inner) ? inner : found(inner, key),
  );
}

const asSpan = (span: Record<string, unknown>): SpanLike => ({
  name: String(span["name"]),
  spanId: String(span["spanId"]),
  traceId: String(span["traceId"]),
  parentId: span["parentSpanId"] === undefined ? undefined : String(span["parentSpanId"]),
  startedAt: Number(span["startTimeUnixNano"]),
  links: found(span, "links").map((link) => String(link["spanId"])),
});

it("the exporters of OTLP over HTTP bring one trace and the metrics to a collector", async () => {
  const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces` });
  const spanProcessors = [new BatchSpanProcessor({ exporter })];
  const tracerProvider = new TracerProvider({ spanProcessors });
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter({ url: `${url}/v1/metrics` }),
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
  const spans = found(received.get("/v1/traces"), "spans").map(asSpan);
  expect(treeOf(spans)).toEqual(["send trace/first", ...chainTree.map((line) => `  ${line}`)]);
  expect(tracesOf(spans)).toBe(1);
  const names = found(received.get("/v1/metrics"), "metrics").map(({ name }) => name);
  expect(names).toContain("statefun.messages.handled");
  expect(names).toContain("messaging.process.duration");
});
