import { type Context, context, type Span, SpanKind } from "@opentelemetry/api";
import type {
  Observer,
  SendingEnd,
  SendingEvent,
  SendingObservation,
} from "../../model/observer.ts";
import type { MeasureSending } from "../metrics/measure.ts";
import { names } from "../names.ts";
import { failSpan, messageAttributes, type SpanParts } from "./span-options.ts";
import { injected } from "./trace-context.ts";

/** A span for what a client sends, which ends with its receipt or its reply. It is what the message was created in. */
export function sendingSpans(
  parts: SpanParts,
  measure: MeasureSending | undefined,
): NonNullable<Observer["sending"]> {
  return (event) => {
    const { kind, address } = event;
    const active = context.active();
    const attributes = messageAttributes(kind, "send", address.typename);
    const options = { kind: SpanKind.PRODUCER, attributes };
    const span = parts.tracer.startSpan(`${kind} ${address.typename}`, options, active);
    if (span.isRecording()) describe(span, event, parts.instanceIds);
    return new SentSpan(event, span, active, parts, measure);
  };
}

/** Beside what a sampler sees. */
function describe(
  span: Span,
  { address, messageTypename, delayMs }: SendingEvent,
  instanceIds: boolean,
): void {
  if (instanceIds) span.setAttribute(names.instanceId, address.id);
  span.setAttribute(names.messageType, messageTypename);
  if (delayMs === 0) return;
  span.setAttribute(names.isDelayed, true);
  span.setAttribute(names.delay, delayMs / 1_000);
}

class SentSpan implements SendingObservation {
  readonly #event: SendingEvent;
  readonly #span: Span;
  readonly #active: Context;
  readonly #parts: SpanParts;
  readonly #measure: MeasureSending | undefined;

  constructor(
    event: SendingEvent,
    span: Span,
    active: Context,
    parts: SpanParts,
    measure: MeasureSending | undefined,
  ) {
    this.#event = event;
    this.#span = span;
    this.#active = active;
    this.#parts = parts;
    this.#measure = measure;
  }

  headers(): Readonly<Record<string, string>> | undefined {
    return injected(this.#span, this.#active);
  }

  ended(end: SendingEnd): void {
    const { error, messageId } = end;
    const { instanceIds } = this.#parts;
    if (error !== undefined) failSpan(this.#span, error, instanceIds);
    // On Durable Objects the id of an instance may be a part of it.
    if (messageId !== undefined && instanceIds) this.#span.setAttribute(names.messageId, messageId);
    this.#span.end();
    this.#measure?.(this.#event, end);
  }
}
