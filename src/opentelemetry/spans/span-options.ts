import type { Attributes, Span, Tracer } from "@opentelemetry/api";
import { SpanStatusCode } from "@opentelemetry/api";
import { errorTypeOf, failureText, names, system } from "../names.ts";

/** What spans are made with. */
export interface SpanParts {
  readonly tracer: Tracer;
  readonly continueTraces: boolean;
  readonly sendSpans: boolean;
  readonly instanceIds: boolean;
}

/** What every span of a message has from its start, so that a sampler can decide by it: what the conventions want for that. */
export function messageAttributes(
  operation: string,
  type: "send" | "process",
  typename: string,
): Attributes {
  return {
    [names.system]: system,
    [names.operationName]: operation,
    [names.operationType]: type,
    [names.destination]: typename,
  };
}

/** Ends a span with what went wrong. */
export function failSpan(span: Span, error: unknown, instanceIds: boolean): void {
  const message = failureText(error, instanceIds);
  const type = errorTypeOf(error);
  span.setAttribute(names.errorType, type);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  // A stack begins with the text of its error.
  const isOwn = message === type;
  span.recordException(error instanceof Error && !isOwn ? error : { name: type, message });
}
