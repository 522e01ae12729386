import type { Attributes } from "@opentelemetry/api";
import type { HandlingEnd, HandlingEvent, SendingEnd, SendingEvent } from "../../model/observer.ts";
import { errorTypeOf, names, system } from "../names.ts";
import type { Instruments } from "./instruments.ts";

/** Counts and times a handler that has ended. */
export type MeasureHandling = (event: HandlingEvent, end: HandlingEnd) => void;
/** The same of what a client has sent. */
export type MeasureSending = (event: SendingEvent, end: SendingEnd) => void;

export function measureHandling(all: () => Instruments): MeasureHandling {
  return ({ address: { typename }, messages }, { outcome, error, durationMs }) => {
    const { handled, processDuration } = all();
    const errorType = error === undefined ? undefined : errorTypeOf(error);
    handled.add(messages.length, typename, outcome, errorType);
    processDuration.record(durationMs / 1_000, attributesOf("process", typename, errorType));
  };
}

export function measureSending(all: () => Instruments): MeasureSending {
  return ({ address: { typename }, kind }, { error, durationMs }) => {
    const { sent, operationDuration } = all();
    const errorType = error === undefined ? undefined : errorTypeOf(error);
    sent.add(1, typename, kind, errorType);
    const attributes = attributesOf(kind, typename, errorType);
    attributes[names.operationType] = "send";
    operationDuration.record(durationMs / 1_000, attributes);
  };
}

function attributesOf(
  operation: string,
  typename: string,
  errorType: string | undefined,
): Attributes {
  const attributes: Attributes = {
    [names.system]: system,
    [names.operationName]: operation,
    [names.destination]: typename,
  };
  if (errorType !== undefined) attributes[names.errorType] = errorType;
  return attributes;
}
