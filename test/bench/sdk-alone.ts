import {
  type Attributes,
  type Context,
  context,
  type Histogram,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { Telemetry } from "./telemetry.ts";

const typename = "bench/counter";
const messageType = "io.statefun.types/int";

/** What a program would make by hand for a message: the spans, attributes and durations of `openTelemetry`, and nothing else. */
export class SdkAlone {
  readonly #tracer: Tracer;
  readonly #process: Histogram;
  readonly #operation: Histogram;

  constructor({ tracerProvider, meterProvider }: Telemetry) {
    this.#tracer = tracerProvider.getTracer("bench");
    const meter = meterProvider.getMeter("bench");
    this.#process = meter.createHistogram("messaging.process.duration", { unit: "s" });
    this.#operation = meter.createHistogram("messaging.client.operation.duration", { unit: "s" });
  }

  /** Runs a send within its span, which ends with the receipt; `run` gets the span's own context. */
  async send(id: string, run: (created: SpanContext) => Promise<unknown>): Promise<void> {
    const startedAt = performance.now();
    const attributes = attributesOf("send", "send");
    const options = { kind: SpanKind.PRODUCER, attributes };
    const span = this.#tracer.startSpan(`send ${typename}`, options, context.active());
    if (span.isRecording()) {
      span.setAttribute("statefun.instance.id", id);
      span.setAttribute("statefun.message.type", messageType);
    }
    await run(span.spanContext());
    span.end();
    this.#operation.record((performance.now() - startedAt) / 1_000, attributes);
  }

  /** Runs a handler within its span. */
  handle<T>(id: string, created: SpanContext | undefined, run: () => T): T {
    const startedAt = performance.now();
    const parent = parentOf(created);
    const links = created === undefined ? [] : [{ context: created }];
    const attributes = attributesOf("process", "process");
    const options = { kind: SpanKind.CONSUMER, attributes, links };
    const span = this.#tracer.startSpan(`process ${typename}`, options, parent);
    if (span.isRecording()) {
      span.setAttribute("statefun.instance.id", id);
      span.setAttribute("statefun.engine", "embedded");
      span.setAttribute("statefun.attempt", 1);
      span.setAttribute("statefun.message.type", messageType);
      span.setAttribute("messaging.message.body.size", 2);
    }
    const result = context.with(trace.setSpan(parent, span), run);
    span.end();
    this.#process.record((performance.now() - startedAt) / 1_000, attributes);
    return result;
  }
}

function parentOf(created: SpanContext | undefined): Context {
  if (created === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, { ...created, isRemote: true });
}

function attributesOf(operation: string, type: string): Attributes {
  return {
    "messaging.system": "statefun",
    "messaging.operation.name": operation,
    "messaging.operation.type": type,
    "messaging.destination.name": typename,
  };
}
