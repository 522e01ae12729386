import {
  type Context,
  createTraceState,
  isSpanContextValid,
  propagation,
  type SpanContext,
  trace,
} from "@opentelemetry/api";
import type { WireHeader } from "../../model/invocation.ts";

/** The context in the headers of a message, in another one. */
export function extracted(base: Context, headers: readonly WireHeader[]): Context {
  if (headers.length === 0) return base;
  if (!isPropagated()) return w3cExtracted(base, headers);
  return propagation.extract(base, headers, {
    keys: (list) => list.map(({ key }) => key),
    get: (list, name) => textOf(list, name),
  });
}

/** The headers that carry a context; undefined where there is nothing to carry. */
export function injected(context: Context): Readonly<Record<string, string>> | undefined {
  if (!isPropagated()) return w3cInjected(context);
  const carrier: Record<string, string> = {};
  propagation.inject(context, carrier);
  return carrier;
}

/** Without an SDK the propagator of the API does nothing. */
function isPropagated(): boolean {
  return propagation.fields().length > 0;
}

let decoder: TextDecoder | undefined;

function textOf(headers: readonly WireHeader[], name: string): string | undefined {
  const value = headers.find(({ key }) => key === name)?.value;
  if (value === undefined) return undefined;
  decoder ??= new TextDecoder();
  const text = decoder.decode(value);
  // A client whose fetch is traced as well has sent two: the inner one is last.
  return name === "traceparent" ? text.slice(text.lastIndexOf(",") + 1).trim() : text;
}

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

function w3cExtracted(base: Context, headers: readonly WireHeader[]): Context {
  const match = pattern.exec(textOf(headers, "traceparent") ?? "");
  if (match === null) return base;
  const [, version, traceId = "", spanId = "", flags = "", rest] = match;
  if (version === "ff" || (version === "00" && rest !== undefined)) return base;
  const state = textOf(headers, "tracestate");
  const spanContext: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & 1,
    isRemote: true,
    ...(state === undefined ? {} : { traceState: createTraceState(state) }),
  };
  return isSpanContextValid(spanContext) ? trace.setSpanContext(base, spanContext) : base;
}

function w3cInjected(context: Context): Readonly<Record<string, string>> | undefined {
  const spanContext = trace.getSpanContext(context);
  if (spanContext === undefined || !isSpanContextValid(spanContext)) return undefined;
  const { traceId, spanId, traceFlags, traceState } = spanContext;
  const traceparent = `00-${traceId}-${spanId}-0${traceFlags & 1}`;
  const tracestate = traceState?.serialize();
  return tracestate ? { traceparent, tracestate } : { traceparent };
}
