import { context, SpanKind, trace } from "@opentelemetry/api";
import type { Observer } from "../../model/observer.ts";
import { names } from "../names.ts";
import { failSpan, messageAttributes, type SpanParts } from "./span-options.ts";
import { injected } from "./trace-context.ts";

/** A span for what a client sends, which ends with its receipt or its reply. It is what the message was created in. */
export function sendingSpans(parts: SpanParts): NonNullable<Observer["sending"]> {
  return ({ address, messageTypename, kind, delayMs }) => {
    const active = context.active();
    const span = parts.tracer.startSpan(
      `${kind} ${address.typename}`,
      {
        kind: SpanKind.PRODUCER,
        attributes: {
          ...messageAttributes(kind, "send", address, parts),
          [names.messageType]: messageTypename,
          ...(delayMs > 0 && { [names.isDelayed]: true, [names.delay]: delayMs / 1_000 }),
        },
      },
      active,
    );
    return {
      headers: () => injected(trace.setSpan(active, span)),
      ended({ error }) {
        if (error !== undefined) failSpan(span, error);
        span.end();
      },
    };
  };
}
