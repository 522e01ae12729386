import {
  type Context,
  createTraceState,
  INVALID_SPANID,
  INVALID_TRACEID,
  propagation,
  type Span,
  type SpanContext,
  type TextMapGetter,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import type { WireHeader } from "../../model/invocation.ts";
import { lightRoot } from "./light-context.ts";
import { parentOfBytes, parentOfText } from "./trace-parent.ts";

const parentName = "traceparent";
const stateName = "tracestate";
const baggageName = "baggage";
/** As in `../../model/stamped-headers.ts`, which would be a chunk of its own for everybody. */
export const failedTraceHeader = "statefun-failed";

/** The context in the headers of a message. */
export function extracted(headers: readonly WireHeader[]): Context {
  if (headers.length === 0) return lightRoot();
  if (!isOwnFormat(hasBaggageHeader, headers)) {
    return propagation.extract(lightRoot(), headers, getter);
  }
  const spanContext = spanContextOf(headers);
  return spanContext ? trace.setSpanContext(lightRoot(), spanContext) : lightRoot();
}

/** The headers that carry a span, and what else is in the context that it was made in; undefined where there is nothing to carry. */
export function injected(span: Span, base: Context): Readonly<Record<string, string>> | undefined {
  if (isOwnFormat(hasBaggage, base)) return textsOf(span.spanContext());
  const carrier: Record<string, string> = {};
  propagation.inject(trace.setSpan(base, span), carrier);
  return carrier;
}

/**
 * Whether the propagator of the API writes and reads the two headers of W3C and no more, so that it is done here without a carrier. It
 * is the one of most programs, and often has baggage beside it, which few messages have. Without an SDK it does nothing.
 */
function isOwnFormat<T>(hasBaggageIn: (within: T) => boolean, within: T): boolean {
  const fields = propagation.fields();
  const { length } = fields;
  if (length === 0) return true;
  if (!fields.includes(parentName) || !fields.includes(stateName)) return false;
  return length === 2 || (length === 3 && fields.includes(baggageName) && !hasBaggageIn(within));
}

function hasBaggageHeader(headers: readonly WireHeader[]): boolean {
  return headers.some(({ key }) => key === baggageName);
}

function hasBaggage(base: Context): boolean {
  return propagation.getBaggage(base) !== undefined;
}

const getter: TextMapGetter<readonly WireHeader[]> = {
  keys: (headers) => headers.map(({ key }) => key),
  get: textOf,
};

let decoder: TextDecoder | undefined;

function textOf(headers: readonly WireHeader[], name: string): string | undefined {
  const value = bytesIn(headers, name);
  if (value === undefined) return undefined;
  decoder ??= new TextDecoder();
  const text = decoder.decode(value);
  // A client whose fetch is traced as well has sent two: the inner one is last.
  return name === parentName ? text.slice(text.lastIndexOf(",") + 1).trim() : text;
}

function bytesIn(headers: readonly WireHeader[], name: string): Uint8Array | undefined {
  for (const { key, value } of headers) if (key === name) return value;
  return undefined;
}

export function contextIn(headers: readonly WireHeader[], name: string): SpanContext | undefined {
  const bytes = bytesIn(headers, name);
  const spanContext = bytes && (parentOfBytes(bytes) ?? parentOfText(textOf(headers, name) ?? ""));
  return spanContext && hasIds(spanContext) ? spanContext : undefined;
}

function spanContextOf(headers: readonly WireHeader[]): SpanContext | undefined {
  const spanContext = contextIn(headers, parentName);
  if (spanContext === undefined) return undefined;
  const state = textOf(headers, stateName);
  if (state !== undefined) spanContext.traceState = createTraceState(state);
  return spanContext;
}

export function textsOf(
  spanContext: SpanContext,
): { readonly traceparent: string; readonly tracestate?: string } | undefined {
  if (!hasIds(spanContext)) return undefined;
  const { traceId, spanId, traceFlags, traceState } = spanContext;
  const traceparent = `00-${traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}`;
  const tracestate = traceState?.serialize();
  return tracestate ? { traceparent, tracestate } : { traceparent };
}

/** As `isSpanContextValid`, without a look at each digit: a tracer made the ids, or they were checked when they were read. Invalid ones are zeros. */
function hasIds({ traceId, spanId }: SpanContext): boolean {
  if (traceId.length !== 32 || spanId.length !== 16) return false;
  return traceId !== INVALID_TRACEID && spanId !== INVALID_SPANID;
}
