import { type MeterProvider, metrics, type TracerProvider, trace } from "@opentelemetry/api";
import { assertFunction, assertKnownKeys, invalid } from "../internal/assert.ts";
import { show } from "../internal/show.ts";
import { version } from "../internal/version.ts";
import type { Observer } from "../model/observer.ts";
import { meteredHooks } from "./metrics/metered-hooks.ts";
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
   * Whether spans have the id of the instance, as `statefun.instance.id`. Metrics never have it. Leave it out where ids are personal
   * data.
   * @default true
   */
  readonly instanceIds?: boolean;
  /** @default that of the API, which an SDK has registered */
  readonly tracerProvider?: TracerProvider;
  /** @default that of the API, which an SDK has registered before the first event */
  readonly meterProvider?: MeterProvider;
}

const known = [
  ...["traces", "metrics", "continueTraces", "instanceIds"],
  ...["tracerProvider", "meterProvider"],
];

/**
 * An observer that makes spans and metrics by the API of OpenTelemetry. An SDK that the program sets up gets them; without one nothing
 * is made, and the context of a trace that comes with a message still goes on with what the message causes.
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Observer {
  assertKnownKeys(options, known, "the options of openTelemetry");
  const { traces = true, continueTraces = true, instanceIds = true, tracerProvider } = options;
  const { metrics: isMetered = true, meterProvider } = options;
  const flags = { traces, continueTraces, instanceIds, metrics: isMetered };
  for (const [name, value] of Object.entries(flags)) {
    if (typeof value !== "boolean") throw invalid(`${name} must be a boolean, got ${show(value)}`);
  }
  if (tracerProvider !== undefined) {
    assertFunction(Object(tracerProvider).getTracer, "getTracer of tracerProvider");
  }
  if (meterProvider !== undefined) {
    assertFunction(Object(meterProvider).getMeter, "getMeter of meterProvider");
  }
  // That of the API becomes the one of the SDK, whenever that is registered.
  const tracer = (tracerProvider ?? trace).getTracer("statefun", version);
  const spans = { tracer, continueTraces, instanceIds };
  const sending = traces ? sendingSpans(spans) : undefined;
  const handling = traces ? handlingSpans(spans) : undefined;
  const meter = () => (meterProvider ?? metrics).getMeter("statefun", version);
  if (!isMetered) return { ...(sending && { sending }), ...(handling && { handling }) };
  return meteredHooks(meter, { sending, handling });
}
