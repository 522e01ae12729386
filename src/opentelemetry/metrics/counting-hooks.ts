import type { Attributes } from "@opentelemetry/api";
import type { Observer } from "../../model/observer.ts";
import { errorTypeOf, names } from "../names.ts";
import type { Instruments } from "./instruments.ts";

/** Hooks that count events, and what asks for what waits. Attributes are names of a program, never ids. */
export function countingHooks(all: () => Instruments): Observer {
  return {
    accepted: ({ address, kind, isDuplicate }) =>
      all().accepted.add(1, address.typename, kind, isDuplicate),
    refused: ({ address, code }) => all().refused.add(1, address.typename, code),
    dead: ({ address, egress, code }) => all().dead.add(1, address.typename, code, egress),
    timer({ kind, address: { typename }, ms }) {
      all().timers.add(1, typename, kind);
      if (kind !== "fired") return;
      all().timerLateness.record(ms / 1_000, { [names.destination]: typename });
    },
    emitted: ({ egress }) => all().emitted.add(1, egress),
    delivered({ egress, records, durationMs, error }) {
      if (error === undefined) all().delivered.add(records, egress);
      const attributes: Attributes = { [names.egress]: egress };
      if (error !== undefined) attributes[names.errorType] = errorTypeOf(error);
      all().deliveryDuration.record(durationMs / 1_000, attributes);
    },
    committed({ steps, rows, bytes, durationMs }) {
      const { commitDuration, commitSteps, commitRows, commitBytes } = all();
      commitDuration.record(durationMs / 1_000);
      commitSteps.add(steps);
      commitRows.add(rows);
      commitBytes.add(bytes);
    },
    started: ({ look }) => void all().looks.add(look),
    operated: ({ action }) => all().operated.add(1, action),
    reachable({ kind, name, isUp }) {
      const attributes = { [names.kind]: kind, "statefun.endpoint.name": name };
      all().up.set(`${kind} ${name}`, { value: isUp ? 1 : 0, attributes });
    },
    ingress({ typename, source, lag }) {
      const key = `${typename} ${source}`;
      const attributes = { "statefun.ingress": typename, "statefun.source": source };
      if (lag === undefined) all().lag.delete(key);
      else all().lag.set(key, { value: lag, attributes });
    },
  };
}
