import {
  type Context,
  context,
  createContextKey,
  createTraceState,
  defaultTextMapGetter,
  propagation,
  ROOT_CONTEXT,
  type TextMapPropagator,
  trace,
} from "@opentelemetry/api";
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from "@opentelemetry/core";
import { afterEach, describe, expect, it } from "vitest";
import { lightRoot } from "../../src/opentelemetry/spans/light-context.ts";
import { extracted, injected } from "../../src/opentelemetry/spans/trace-context.ts";
import { parentOfBytes, parentOfText } from "../../src/opentelemetry/spans/trace-parent.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";
const parent = `00-${traceId}-${spanId}-01`;
const encoder = new TextEncoder();
const wire = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers).map(([key, value]) => ({ key, value: encoder.encode(value) }));

const w3c = new W3CTraceContextPropagator();
const both = new CompositePropagator({ propagators: [w3c, new W3CBaggagePropagator()] });

afterEach(() => {
  propagation.disable();
  context.disable();
});

const parents: readonly (readonly [what: string, text: string])[] = [
  ["sampled", parent],
  ...[..."0123456789abcdef"].map(
    (digit) => [`flags f${digit}`, `${parent.slice(0, -2)}f${digit}`] as const,
  ),
  ["two, joined by a proxy", `00-${"1".repeat(32)}-${"2".repeat(16)}-00, ${parent}`],
  ["spaces around it", ` ${parent} `],
  ["capital letters", parent.toUpperCase()],
  ["no letter of hex", parent.replace("a", "g")],
  ["a sign between digits", parent.replace("a", ":")],
  ["hyphens elsewhere", parent.replace("-b", "b-")],
  ["one digit less", parent.slice(0, -1)],
  ["more behind version 00", `${parent}-00`],
  ["version 01", `01${parent.slice(2)}`],
  ["version 01 with more", `01${parent.slice(2)}-what`],
  ["version ff", `ff${parent.slice(2)}`],
  ["a trace of zeros", `00-${"0".repeat(32)}-${spanId}-01`],
  ["a span of zeros", `00-${traceId}-${"0".repeat(16)}-01`],
  ["nothing", ""],
];

describe("the context of a message", () => {
  it.each(parents)("is read as the propagator of the SDK does: %s", (_, text) => {
    const last = text.slice(text.lastIndexOf(",") + 1).trim();
    const theirs =
      trace.getSpanContext(
        w3c.extract(ROOT_CONTEXT, { traceparent: last }, defaultTextMapGetter),
      ) ?? undefined;
    const ours = trace.getSpanContext(extracted(wire({ traceparent: text })));
    // Flags that nobody has defined yet must not be passed on.
    expect(ours).toEqual(theirs && { ...theirs, traceFlags: theirs.traceFlags & 1 });
  });

  it.each(parents)("is the same whether bytes or a text are read: %s", (_, text) => {
    const bytes = encoder.encode(text);
    const ofBytes = parentOfBytes(bytes);
    expect(ofBytes ?? parentOfText(text)).toEqual(parentOfText(text));
  });

  it.each<[name: string, propagator: TextMapPropagator | undefined]>([
    ["none", undefined],
    ["W3C", w3c],
    ["W3C and baggage", both],
  ])("goes through as it came, with the propagator %s", (_, propagator) => {
    if (propagator !== undefined) propagation.setGlobalPropagator(propagator);
    const headers = { traceparent: parent, tracestate: "a=1,b=2" };
    const span = trace.getSpan(extracted(wire(headers)));
    expect(span && injected(span, ROOT_CONTEXT)).toEqual(headers);
    const spanContext = { traceId, spanId, traceFlags: 0, traceState: createTraceState("") };
    expect(injected(trace.wrapSpanContext(spanContext), ROOT_CONTEXT)).toMatchObject({
      traceparent: `00-${traceId}-${spanId}-00`,
    });
  });

  it("has its baggage where the propagator has it", () => {
    propagation.setGlobalPropagator(both);
    const created = extracted(wire({ traceparent: parent, baggage: "user=7" }));
    expect(propagation.getBaggage(created)?.getEntry("user")?.value).toBe("7");
    const span = trace.wrapSpanContext({ traceId, spanId, traceFlags: 1 });
    expect(injected(span, created)).toEqual({ traceparent: parent, baggage: "user=7" });
    expect(injected(span, ROOT_CONTEXT)).toEqual({ traceparent: parent });
  });

  it("is left to a propagator of another format", () => {
    const asked: Context[] = [];
    propagation.setGlobalPropagator({
      inject: (given, carrier, setter) => {
        asked.push(given);
        setter.set(carrier, "b3", trace.getSpanContext(given)?.spanId ?? "");
      },
      extract: (given, carrier, getter) =>
        trace.setSpanContext(given, {
          traceId,
          spanId: String(getter.get(carrier, "b3")),
          traceFlags: 1,
        }),
      fields: () => ["b3"],
    });
    const span = trace.getSpan(extracted(wire({ b3: spanId })));
    expect(span?.spanContext().spanId).toBe(spanId);
    expect(span && injected(span, ROOT_CONTEXT)).toEqual({ b3: spanId });
    expect(asked).toHaveLength(1);
  });
});

describe("a light context", () => {
  const [one, two] = [createContextKey("one"), createContextKey("two")];

  it("has the values that were set, and none of those that were taken out", () => {
    const first = lightRoot().setValue(one, 1);
    const second = first.setValue(two, 2).setValue(one, 3);
    expect([one, two].map((key) => first.getValue(key))).toEqual([1, undefined]);
    expect([one, two].map((key) => second.getValue(key))).toEqual([3, 2]);
    expect([one, two].map((key) => second.deleteValue(two).getValue(key))).toEqual([3, undefined]);
    expect(second.deleteValue(one).getValue(one)).toBeUndefined();
    expect(lightRoot().getValue(one)).toBeUndefined();
  });
});
