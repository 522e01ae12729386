import {
  type Attributes,
  type Context,
  context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  trace,
} from "@opentelemetry/api";
import type {
  HandlingEffect,
  HandlingEvent,
  HandlingEnd,
  HandlingObservation,
  Observer,
} from "../../model/observer.ts";
import type { MeasureHandling } from "../metrics/measure.ts";
import { names } from "../names.ts";
import { failSpan, messageAttributes, type SpanParts } from "./span-options.ts";
import { extracted, injected } from "./trace-context.ts";

/** A span for each handler, and for each request to a remote function. */
export function handlingSpans(
  parts: SpanParts,
  measure: MeasureHandling | undefined,
): NonNullable<Observer["handling"]> {
  return (event) => {
    const { parent, links } = creationOf(event, parts);
    const options = { kind: SpanKind.CONSUMER, attributes: attributesOf(event, parts), links };
    const span = parts.tracer.startSpan(`process ${event.address.typename}`, options, parent);
    const own = trace.setSpan(parent, span);
    return new SpanObservation(event, span, own, parts, measure);
  };
}

/**
 * Where messages were created. It is linked, as the conventions demand, and the parent, too, where there is only one trace. The
 * context that is active now belongs to whatever woke the engine, so it is no parent; that of a request of a cluster is one for
 * messages that say nothing.
 */
function creationOf(
  { engine, messages }: HandlingEvent,
  { continueTraces }: SpanParts,
): { readonly parent: Context; readonly links: Link[] } {
  const links: Link[] = [];
  const contexts: Context[] = [];
  for (const { headers } of messages) {
    const created = extracted(ROOT_CONTEXT, headers);
    const spanContext = trace.getSpanContext(created);
    if (spanContext === undefined) continue;
    links.push({ context: spanContext });
    contexts.push(created);
  }
  const [first] = contexts;
  const [link] = links;
  if (first === undefined && engine === "flink") return { parent: context.active(), links };
  const isOneTrace =
    contexts.length === messages.length &&
    links.every(({ context: { traceId } }) => traceId === link?.context.traceId);
  // What else comes with a message, baggage for one, does not begin anew.
  const rest = first === undefined ? ROOT_CONTEXT : trace.deleteSpan(first);
  return { parent: continueTraces && isOneTrace && first ? first : rest, links };
}

function attributesOf(
  { engine, address, messages, isRemote }: HandlingEvent,
  { instanceIds }: SpanParts,
): Attributes {
  const attributes = messageAttributes("process", "process", address.typename);
  if (instanceIds) attributes[names.instanceId] = address.id;
  attributes[names.engine] = engine;
  const [first] = messages;
  if (first?.attempt !== undefined) attributes[names.attempt] = first.attempt;
  if (isRemote) attributes[names.isRemote] = true;
  if (messages.length > 1) {
    attributes[names.batchCount] = messages.length;
  } else if (first !== undefined) {
    attributes[names.messageType] = first.typename;
    attributes[names.bodySize] = first.bytes;
  }
  return attributes;
}

class SpanObservation implements HandlingObservation {
  readonly #event: HandlingEvent;
  readonly #span: Span;
  readonly #context: Context;
  readonly #parts: SpanParts;
  readonly #measure: MeasureHandling | undefined;

  constructor(
    event: HandlingEvent,
    span: Span,
    own: Context,
    parts: SpanParts,
    measure: MeasureHandling | undefined,
  ) {
    this.#event = event;
    this.#span = span;
    this.#context = own;
    this.#parts = parts;
    this.#measure = measure;
  }

  run<T>(run: () => T): T {
    return context.with(this.#context, run);
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
    if (!sendSpans || !this.#span.isRecording()) return injected(this.#context);
    const attributes = messageAttributes("send", "send", typename);
    attributes[names.effect] = kind;
    if (kind === "delayed") attributes[names.isDelayed] = true;
    const options = { kind: SpanKind.PRODUCER, attributes };
    const sent = tracer.startSpan(`send ${typename}`, options, this.#context);
    sent.end();
    return injected(trace.setSpan(this.#context, sent));
  }

  ended(end: HandlingEnd): void {
    const { outcome, error } = end;
    if (outcome === "failed") failSpan(this.#span, error);
    // The same messages run again with more states, in a span of their own.
    if (outcome === "incomplete") this.#span.setAttribute(names.outcome, outcome);
    this.#span.end();
    this.#measure?.(this.#event, end);
  }
}
