import type { Attributes, Histogram, Meter } from "@opentelemetry/api";
import { histogramBounds } from "../../model/histogram-bounds.ts";
import { names, system } from "../names.ts";
import { engineGauges } from "./engine-gauges.ts";
import { Tally } from "./tally.ts";

interface Gauge {
  readonly value: number;
  readonly attributes: Attributes;
}

/** All that is measured with one meter. */
export interface Instruments {
  readonly accepted: Tally;
  readonly refused: Tally;
  readonly handled: Tally;
  readonly dead: Tally;
  readonly timers: Tally;
  readonly emitted: Tally;
  readonly delivered: Tally;
  readonly operated: Tally;
  readonly sent: Tally;
  readonly commitSteps: Tally;
  readonly commitRows: Tally;
  readonly commitBytes: Tally;
  readonly timerLateness: Histogram;
  readonly deliveryDuration: Histogram;
  readonly commitDuration: Histogram;
  readonly processDuration: Histogram;
  readonly operationDuration: Histogram;
  /** What was reported last, by what it is about. */
  readonly up: Map<string, Gauge>;
  readonly lag: Map<string, Gauge>;
  /** Asks engines of this process what waits in them. */
  readonly looks: ReturnType<typeof engineGauges>;
}

let known: WeakMap<Meter, Instruments> | undefined;

/** Those of a meter: several observers count together, where an SDK would take the last of what they say. */
export function instrumentsOf(meter: Meter): Instruments {
  known ??= new WeakMap();
  const found = known.get(meter) ?? made(meter);
  known.set(meter, found);
  return found;
}

function made(meter: Meter): Instruments {
  const looks = engineGauges(meter);
  return { ...countersOf(meter), ...histogramsOf(meter), ...gaugesOf(meter), looks };
}

function countersOf(meter: Meter) {
  const { destination, errorType, egress, kind, operationName } = names;
  const counter = (
    [name, unit, description]: readonly [name: string, unit: string, description: string],
    by: readonly string[],
    common: Attributes = {},
  ) => {
    const tally = new Tally(by, common);
    const instrument = meter.createObservableCounter(name, { unit, description });
    instrument.addCallback((result) => tally.observe(result));
    return tally;
  };
  const messages = (what: string, text: string, ...by: readonly string[]) =>
    counter([`statefun.messages.${what}`, "{message}", text], [destination, ...by]);
  const commits = (what: string, unit: string, text: string) =>
    counter([`statefun.commit.${what}`, unit, text], []);
  const attempted = "Number of messages producer attempted to send to the broker.";
  return {
    accepted: messages("accepted", "Messages taken from outside.", kind, names.isDuplicate),
    refused: messages("refused", "Messages that were not taken.", errorType),
    handled: messages("handled", "Messages whose handler ended.", names.outcome, errorType),
    dead: messages("dead", "Messages and records given up.", errorType, egress),
    timers: counter(["statefun.timers", "{timer}", "Delayed messages."], [destination, kind]),
    emitted: counter(["statefun.records.emitted", "{record}", "Records emitted."], [egress]),
    delivered: counter(["statefun.records.delivered", "{record}", "Records delivered."], [egress]),
    operated: counter(["statefun.operations", "{operation}", "Actions of operators."], [kind]),
    sent: counter(
      ["messaging.client.sent.messages", "{message}", attempted],
      [destination, operationName, errorType],
      { [names.system]: system },
    ),
    commitSteps: commits("steps", "{step}", "Steps of committed windows."),
    commitRows: commits("rows", "{row}", "Rows that commits have changed."),
    commitBytes: commits("bytes", "By", "Bytes that commits have written."),
  };
}

function histogramsOf(meter: Meter) {
  // In seconds, as the conventions want durations.
  const explicitBucketBoundaries = histogramBounds.map((ms) => ms / 1_000);
  const duration = (name: string, description: string) =>
    meter.createHistogram(name, { unit: "s", description, advice: { explicitBucketBoundaries } });
  return {
    timerLateness: duration("statefun.timer.lateness", "How late delayed messages came."),
    deliveryDuration: duration("statefun.delivery.duration", "Time of one delivery to an egress."),
    commitDuration: duration("statefun.commit.duration", "Time to commit a window to the store."),
    processDuration: duration("messaging.process.duration", "Duration of processing operation."),
    operationDuration: duration(
      "messaging.client.operation.duration",
      "Duration of messaging operation initiated by a producer or consumer client.",
    ),
  };
}

function gaugesOf(meter: Meter) {
  const gauge = (name: string, description: string, unit: string) => {
    const last = new Map<string, Gauge>();
    const instrument = meter.createObservableGauge(name, { description, unit });
    instrument.addCallback((result) => {
      for (const { value, attributes } of last.values()) result.observe(value, attributes);
    });
    return last;
  };
  return {
    up: gauge("statefun.endpoint.up", "1 while an endpoint or an egress answers, else 0.", "1"),
    lag: gauge("statefun.ingress.lag", "Records of a source not taken yet.", "{record}"),
  };
}
