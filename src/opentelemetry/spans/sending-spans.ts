import { context, SpanKind, trace } from "@opentelemetry/api";
import type { Observer } from "../../model/observer.ts";
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
    const { address, messageTypename, kind, delayMs } = event;
    const active = context.active();
    const attributes = messageAttributes(kind, "send", address.typename);
    if (parts.instanceIds) attributes[names.instanceId] = address.id;
    attributes[names.messageType] = messageTypename;
    if (delayMs > 0) {
      attributes[names.isDelayed] = true;
      attributes[names.delay] = delayMs / 1_000;
    }
    const options = { kind: SpanKind.PRODUCER, attributes };
    const span = parts.tracer.startSpan(`${kind} ${address.typename}`, options, active);
    return {
      headers: () => injected(trace.setSpan(active, span)),
      ended(end) {
        if (end.error !== undefined) failSpan(span, end.error);
        span.end();
        measure?.(event, end);
      },
    };
  };
}
