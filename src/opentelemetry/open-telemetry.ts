import { type MeterProvider, metrics, type TracerProvider, trace } from "@opentelemetry/api";
import { assertFunction, assertKnownKeys, invalid } from "../internal/assert.ts";
import { show } from "../internal/show.ts";
import { version } from "../internal/version.ts";
import type { Observer } from "../model/observer.ts";
import { countingHooks } from "./metrics/counting-hooks.ts";
import { instrumentsOf } from "./metrics/instruments.ts";
import {
  type MeasureHandling,
  type MeasureSending,
  measureHandling,
  measureSending,
} from "./metrics/measure.ts";
import { handlingSpans } from "./spans/handling-spans.ts";
import { sendingSpans } from "./spans/sending-spans.ts";

export interface OpenTelemetryOptions {
  /** Whether spans are made. @default true */
  readonly traces?: boolean;
  /** Whether metrics are counted. @default true */
  readonly metrics?: boolean;
  /**
   * Whether a message is handled in the trace of whatever sent it. With `false` each message begins a trace of its own, with a link to
   * its sender: for instances that send to each other for ever.
   * @default true, so that one trace goes through all that a request causes
   */
  readonly continueTraces?: boolean;
  /**
   * Whether each message and record that a function sends has a span of its own, as the conventions want it. With `false` they are
   * created in the span of the handler, which saves half of the spans.
   * @default true
   */
  readonly sendSpans?: boolean;
  /**
   * Whether spans have the id of the instance, as `statefun.instance.id` and in the texts of errors. Without it an error of this
   * package is its code alone; those of your own keep their texts. Metrics never have it. Leave it out where ids are personal data.
   * @default true
   */
  readonly instanceIds?: boolean;
  /** @default that of the API, which an SDK has registered */
  readonly tracerProvider?: TracerProvider;
  /** @default that of the API, which an SDK has registered before the first event */
  readonly meterProvider?: MeterProvider;
}

const known = [
  ...["traces", "metrics", "continueTraces", "sendSpans", "instanceIds"],
  ...["tracerProvider", "meterProvider"],
];

/**
 * An observer that makes spans and metrics by the API of OpenTelemetry. An SDK that the program sets up gets them; without one nothing
 * is made, and the context of a trace that comes with a message still goes on with what the message causes.
 *
 * @example
 * ```ts
 * import { StatefulFunctions } from "statefun";
 * import { openTelemetry } from "statefun/opentelemetry";
 * import { createRuntime, memoryStore } from "statefun/runtime";
 *
 * const functions = new StatefulFunctions();
 * const runtime = await createRuntime({
 *   modules: [functions],
 *   store: memoryStore(),
 *   observer: openTelemetry(),
 * });
 * await runtime.close();
 * ```
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Observer {
  assertKnownKeys(options, known, "the options of openTelemetry");
  const { traces = true, continueTraces = true, sendSpans = true, instanceIds = true } = options;
  const { metrics: isMetered = true, tracerProvider, meterProvider } = options;
  const flags = { traces, continueTraces, sendSpans, instanceIds, metrics: isMetered };
  for (const [name, value] of Object.entries(flags)) {
    if (typeof value !== "boolean") throw invalid(`${name} must be a boolean, got ${show(value)}`);
  }
  if (tracerProvider !== undefined) {
    assertFunction(Object(tracerProvider).getTracer, "getTracer of tracerProvider");
  }
  if (meterProvider !== undefined) {
    assertFunction(Object(meterProvider).getMeter, "getMeter of meterProvider");
  }
  const meter = () => (meterProvider ?? metrics).getMeter("statefun", version);
  const all = remembered(() => instrumentsOf(meter()));
  const ofHandling = isMetered ? measureHandling(all) : undefined;
  const ofSending = isMetered ? measureSending(all) : undefined;
  const counting = isMetered ? countingHooks(all) : {};
  if (!traces) return { ...counting, ...unspanned(ofHandling, ofSending) };
  // That of the API becomes the one of the SDK, whenever that is registered.
  const tracer = (tracerProvider ?? trace).getTracer("statefun", version);
  const parts = { tracer, continueTraces, sendSpans, instanceIds };
  return {
    ...counting,
    sending: sendingSpans(parts, ofSending),
    handling: handlingSpans(parts, ofHandling),
  };
}

/** Instruments are made with the first event: the API gives a meter that counts nothing until an SDK is registered. */
function remembered<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Metrics alone. */
function unspanned(
  ofHandling: MeasureHandling | undefined,
  ofSending: MeasureSending | undefined,
): Observer {
  if (ofHandling === undefined || ofSending === undefined) return {};
  return {
    sending: (event) => ({ ended: (end) => ofSending(event, end) }),
    handling: (event) => ({ ended: (end) => ofHandling(event, end) }),
  };
}
