import type { Counter, Histogram, Meter, ObservableGauge } from "@opentelemetry/api";
import { histogramBounds } from "../../model/histogram-bounds.ts";

/** In seconds, as the conventions want durations. */
const explicitBucketBoundaries = histogramBounds.map((ms) => ms / 1_000);

/** All instruments. Made with the first event: the API gives a meter that counts nothing until an SDK is registered. */
export interface Instruments {
  readonly accepted: Counter;
  readonly refused: Counter;
  readonly handled: Counter;
  readonly dead: Counter;
  readonly timers: Counter;
  readonly timerLateness: Histogram;
  readonly emitted: Counter;
  readonly delivered: Counter;
  readonly deliveryDuration: Histogram;
  readonly commitDuration: Histogram;
  readonly commitSteps: Counter;
  readonly commitRows: Counter;
  readonly commitBytes: Counter;
  readonly processDuration: Histogram;
  readonly sent: Counter;
  readonly operationDuration: Histogram;
  readonly operated: Counter;
  readonly up: ObservableGauge;
  readonly lag: ObservableGauge;
}

export function instrumentsOf(meter: Meter): Instruments {
  const counter = (name: string, unit: string, description: string) =>
    meter.createCounter(name, { unit, description });
  const duration = (name: string, description: string) =>
    meter.createHistogram(name, { unit: "s", description, advice: { explicitBucketBoundaries } });
  return {
    accepted: counter("statefun.messages.accepted", "{message}", "Messages taken from outside."),
    refused: counter("statefun.messages.refused", "{message}", "Messages that were not taken."),
    handled: counter("statefun.messages.handled", "{message}", "Messages whose handler has ended."),
    dead: counter("statefun.messages.dead", "{message}", "Messages and records given up."),
    timers: counter("statefun.timers", "{timer}", "Delayed messages set, fired and cancelled."),
    timerLateness: duration("statefun.timer.lateness", "How late delayed messages came."),
    emitted: counter("statefun.records.emitted", "{record}", "Records emitted by functions."),
    delivered: counter("statefun.records.delivered", "{record}", "Records given to an egress."),
    deliveryDuration: duration("statefun.delivery.duration", "Time of one delivery to an egress."),
    commitDuration: duration("statefun.commit.duration", "Time to commit a window to the store."),
    commitSteps: counter("statefun.commit.steps", "{step}", "Steps of committed windows."),
    commitRows: counter("statefun.commit.rows", "{row}", "Rows that commits have changed."),
    commitBytes: counter("statefun.commit.bytes", "By", "Bytes that commits have written."),
    processDuration: duration("messaging.process.duration", "Duration of processing operation."),
    sent: counter(
      "messaging.client.sent.messages",
      "{message}",
      "Number of messages producer attempted to send to the broker.",
    ),
    operationDuration: duration(
      "messaging.client.operation.duration",
      "Duration of messaging operation initiated by a producer or consumer client.",
    ),
    operated: counter("statefun.operations", "{operation}", "What operators have done."),
    up: meter.createObservableGauge("statefun.endpoint.up", {
      description: "1 while an endpoint of remote functions or an egress answers, else 0.",
    }),
    lag: meter.createObservableGauge("statefun.ingress.lag", {
      unit: "{record}",
      description: "Records of a source that exist and were not taken yet.",
    }),
  };
}
