import type { Attributes, Meter } from "@opentelemetry/api";
import type {
  Handling,
  HandlingEnd,
  HandlingObservation,
  Observer,
  Sending,
  SendingObservation,
} from "../../model/observer.ts";
import { errorTypeOf, names, system } from "../names.ts";
import { lastKnown } from "./gauges.ts";
import { type Instruments, instrumentsOf } from "./instruments.ts";

/** Hooks that count, around those that make spans. Attributes are names of a program, never ids. */
export function meteredHooks(
  meter: () => Meter,
  {
    sending,
    handling,
  }: {
    readonly sending: Observer["sending"] | undefined;
    readonly handling: Observer["handling"] | undefined;
  },
): Observer {
  let made: Instruments | undefined;
  const gauges = lastKnown();
  const all = (): Instruments => {
    if (made === undefined) {
      made = instrumentsOf(meter());
      gauges.observe(made);
    }
    return made;
  };
  return {
    sending: (event) => meteredSending(all(), event, sending?.(event)),
    handling: (event) => meteredHandling(all(), event, handling?.(event)),
    ...counts(all),
    reachable: (event) => {
      all();
      gauges.reachable(event);
    },
    ingress: (event) => {
      all();
      gauges.ingress(event);
    },
  };
}

function counts(all: () => Instruments): Observer {
  const at = (typename: string): Attributes => ({ [names.destination]: typename });
  return {
    accepted: ({ address, kind, isDuplicate }) =>
      all().accepted.add(1, {
        ...at(address.typename),
        [names.kind]: kind,
        [names.isDuplicate]: isDuplicate,
      }),
    refused: ({ address, code }) =>
      all().refused.add(1, { ...at(address.typename), [names.errorType]: code }),
    dead: ({ address, egress, code }) =>
      all().dead.add(1, {
        ...at(address.typename),
        [names.errorType]: code,
        ...(egress !== undefined && { [names.egress]: egress }),
      }),
    timer({ kind, address, ms }) {
      all().timers.add(1, { ...at(address.typename), [names.kind]: kind });
      if (kind === "fired") all().timerLateness.record(ms / 1_000, at(address.typename));
    },
    emitted: ({ egress }) => all().emitted.add(1, { [names.egress]: egress }),
    delivered({ egress, records, durationMs, error }) {
      const attributes = { [names.egress]: egress, ...errorOf(error) };
      if (error === undefined) all().delivered.add(records, attributes);
      all().deliveryDuration.record(durationMs / 1_000, attributes);
    },
    committed({ steps, rows, bytes, durationMs }) {
      const { commitDuration, commitSteps, commitRows, commitBytes } = all();
      commitDuration.record(durationMs / 1_000);
      commitSteps.add(steps);
      commitRows.add(rows);
      commitBytes.add(bytes);
    },
    operated: ({ action }) => all().operated.add(1, { [names.kind]: action }),
  };
}

function errorOf(error: unknown): Attributes {
  return error === undefined ? {} : { [names.errorType]: errorTypeOf(error) };
}

function meteredSending(
  { sent, operationDuration }: Instruments,
  { address, kind }: Sending,
  span: SendingObservation | undefined,
): SendingObservation {
  return {
    headers: () => span?.headers?.(),
    ended(end) {
      span?.ended?.(end);
      const attributes: Attributes = {
        [names.system]: system,
        [names.operationName]: kind,
        [names.operationType]: "send",
        [names.destination]: address.typename,
        ...errorOf(end.error),
      };
      sent.add(1, attributes);
      operationDuration.record(end.durationMs / 1_000, attributes);
    },
  };
}

function meteredHandling(
  instruments: Instruments,
  { address: { typename }, messages }: Handling,
  span: HandlingObservation | undefined,
): HandlingObservation {
  const ended = (end: HandlingEnd): void => {
    span?.ended?.(end);
    const { outcome, error, durationMs } = end;
    const failure = errorOf(error);
    instruments.handled.add(messages.length, {
      [names.destination]: typename,
      [names.outcome]: outcome,
      ...failure,
    });
    instruments.processDuration.record(durationMs / 1_000, {
      [names.system]: system,
      [names.operationName]: "process",
      [names.destination]: typename,
      ...failure,
    });
  };
  if (span === undefined) return { ended };
  return {
    run: (run) => (span.run === undefined ? run() : span.run(run)),
    headers: (effect) => span.headers?.(effect),
    ended,
  };
}
