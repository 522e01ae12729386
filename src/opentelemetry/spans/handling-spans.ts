import { type Context, context, type Link, type Span, SpanKind, trace } from "@opentelemetry/api";
import type {
  HandlingEffect,
  HandlingEnd,
  HandlingEvent,
  HandlingObservation,
  Observer,
} from "../../model/observer.ts";
import type { MeasureHandling } from "../metrics/measure.ts";
import { names } from "../names.ts";
import { lightRoot } from "./light-context.ts";
import { failSpan, messageAttributes, type SpanParts } from "./span-options.ts";
import { contextIn, extracted, failedTraceHeader, injected, textsOf } from "./trace-context.ts";

/** A span for each handler, and for each request to a remote function. */
export function handlingSpans(
  parts: SpanParts,
  measure: MeasureHandling | undefined,
): NonNullable<Observer["handling"]> {
  return (event) => {
    const { parent, links } = originOf(event, parts.continueTraces);
    const { typename } = event.address;
    const attributes = messageAttributes("process", "process", typename);
    const options = { kind: SpanKind.CONSUMER, attributes, links };
    const span = parts.tracer.startSpan(`process ${typename}`, options, parent);
    if (span.isRecording()) describe(span, event, parts.instanceIds);
    return new SpanObservation(event, span, parent, parts, measure);
  };
}

interface Origin {
  readonly parent: Context;
  readonly links: Link[];
}

/**
 * Where messages were created. It is linked, as the conventions demand, and the parent, too, where there is only one trace. The
 * context that is active now belongs to whatever woke the engine, so it is no parent; that of a request of a cluster is one for
 * messages that say nothing.
 */
function originOf({ engine, messages }: HandlingEvent, continueTraces: boolean): Origin {
  const links: Link[] = [];
  let first: Context | undefined;
  let traceId = "";
  let isOneTrace = true;
  for (const { headers } of messages) {
    const created = extracted(headers);
    const spanContext = trace.getSpanContext(created);
    if (spanContext !== undefined) {
      first ??= created;
      traceId ||= spanContext.traceId;
      links.push({ context: spanContext });
    }
    isOneTrace &&= spanContext?.traceId === traceId;
    const failed = contextIn(headers, failedTraceHeader);
    if (failed) links.push({ context: failed, attributes: { [names.outcome]: "failed" } });
  }
  // What else comes with a message, baggage for one, does not begin anew.
  const parent = continueTraces && isOneTrace ? first : first && trace.deleteSpan(first);
  return { parent: parent ?? (engine === "flink" ? context.active() : lightRoot()), links };
}

/** Beside what a sampler sees: of a span that nobody records nothing has to be known. */
function describe(
  span: Span,
  { engine, address, messages, isRemote }: HandlingEvent,
  instanceIds: boolean,
): void {
  const [first] = messages;
  if (instanceIds) span.setAttribute(names.instanceId, address.id);
  span.setAttribute(names.engine, engine);
  if (first?.attempt !== undefined) span.setAttribute(names.attempt, first.attempt);
  if (isRemote) span.setAttribute(names.isRemote, true);
  if (messages.length > 1) {
    span.setAttribute(names.batchCount, messages.length);
  } else if (first !== undefined) {
    if (instanceIds && first.id !== undefined) span.setAttribute(names.messageId, first.id);
    span.setAttribute(names.messageType, first.typename);
    span.setAttribute(names.bodySize, first.bytes);
  }
}

class SpanObservation implements HandlingObservation {
  readonly #event: HandlingEvent;
  readonly #span: Span;
  /** What the span was made in. */
  readonly #parent: Context;
  #context: Context | undefined;
  readonly #parts: SpanParts;
  readonly #measure: MeasureHandling | undefined;

  constructor(
    event: HandlingEvent,
    span: Span,
    parent: Context,
    parts: SpanParts,
    measure: MeasureHandling | undefined,
  ) {
    this.#event = event;
    this.#span = span;
    this.#parent = parent;
    this.#parts = parts;
    this.#measure = measure;
  }

  run<T>(run: () => T): T {
    return context.with(this.#own(), run);
  }

  headers({
    kind,
    typename,
    headers,
  }: HandlingEffect): Readonly<Record<string, string>> | undefined {
    // The reply to a client: it waits, and reads none.
    if (typename === "statefun/ingress") return undefined;
    // A handler has created it in a context of its own.
    if (headers.some(({ key }) => key === "traceparent")) return undefined;
    const { tracer, sendSpans } = this.#parts;
    // Nobody would see the span, or wants it.
    if (!sendSpans || !this.#span.isRecording()) return injected(this.#span, this.#parent);
    const attributes = messageAttributes("send", "send", typename);
    const options = { kind: SpanKind.PRODUCER, attributes };
    const own = this.#own();
    const sent = tracer.startSpan(`send ${typename}`, options, own);
    if (sent.isRecording()) {
      sent.setAttribute(names.effect, kind);
      if (kind === "delayed") sent.setAttribute(names.isDelayed, true);
    }
    sent.end();
    return injected(sent, own);
  }

  /** For the link of its replay. Nobody would find a span that is not recorded. */
  deadLetterHeaders(): Readonly<Record<string, string>> | undefined {
    const texts = this.#span.isRecording() ? textsOf(this.#span.spanContext()) : undefined;
    return texts && { [failedTraceHeader]: texts.traceparent };
  }

  ended(end: HandlingEnd): void {
    const { outcome, error } = end;
    if (outcome === "failed") failSpan(this.#span, error, this.#parts.instanceIds);
    // The same messages run again with more states, in a span of their own.
    if (outcome === "incomplete") this.#span.setAttribute(names.outcome, outcome);
    this.#span.end();
    this.#measure?.(this.#event, end);
  }

  #own(): Context {
    this.#context ??= trace.setSpan(this.#parent, this.#span);
    return this.#context;
  }
}
