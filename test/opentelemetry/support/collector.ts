import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { SpanLike } from "./trees.ts";

/** A collector of OTLP over HTTP with JSON, on a free port of the loopback. */
export interface Collector {
  readonly url: string;
  /** What came to a path. */
  received(path: string): readonly unknown[];
  /** Of all that has come. */
  spans(): readonly SpanLike[];
  close(): Promise<void>;
}

export async function startCollector(): Promise<Collector> {
  const received = new Map<string, unknown[]>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = request.url ?? "";
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
    received.set(path, [...(received.get(path) ?? []), body]);
    response.setHeader("content-type", "application/json").end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: (path) => received.get(path) ?? [],
    spans: () => found(received.get("/v1/traces"), "spans").map(asSpan),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The SDK with its exporter, as a program sets it up. */
export function tracingTo({ url }: Collector): TracerProvider {
  const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces` });
  return new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
}

/** All objects of a kind, wherever they stand in what was exported. */
export function found(value: unknown, key: string): Record<string, unknown>[] {
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
