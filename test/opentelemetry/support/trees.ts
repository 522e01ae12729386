import type { SpanContext } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";

/** What is known of a span, wherever it was made. */
export interface SpanLike {
  readonly name: string;
  readonly spanId: string;
  readonly traceId: string;
  readonly parentId: string | undefined;
  readonly startedAt: number;
  readonly links: readonly string[];
}

export function spanLike(span: ReadableSpan): SpanLike {
  const { spanId, traceId }: SpanContext = span.spanContext();
  const [seconds, nanos] = span.startTime;
  const parentId = span.parentSpanContext?.spanId;
  const links = span.links.map((link) => link.context.spanId);
  const { name } = span;
  return { name, spanId, traceId, parentId, startedAt: seconds * 1e9 + nanos, links };
}

/** Names, each below its parent, with two more blanks. */
export function treeOf(spans: readonly SpanLike[]): string[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const below = (parent: string | undefined, indent: string): string[] =>
    spans
      .filter(({ parentId }) =>
        parent === undefined ? !ids.has(parentId ?? "") : parentId === parent,
      )
      .toSorted((left, right) => left.startedAt - right.startedAt)
      .flatMap(({ name, spanId }) => [indent + name, ...below(spanId, `${indent}  `)]);
  return below(undefined, "");
}

/** The number of traces that there are. */
export function tracesOf(spans: readonly SpanLike[]): number {
  return new Set(spans.map(({ traceId }) => traceId)).size;
}
