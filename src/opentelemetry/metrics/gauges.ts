import type { Attributes } from "@opentelemetry/api";
import type { IngressProgress, Reachable } from "../../model/observer.ts";
import { names } from "../names.ts";
import type { Instruments } from "./instruments.ts";

/** What was told last, for instruments that are read. */
export interface LastKnown {
  reachable(event: Reachable): void;
  ingress(event: IngressProgress): void;
  observe(instruments: Pick<Instruments, "up" | "lag">): void;
}

export function lastKnown(): LastKnown {
  const up = new Map<string, { readonly value: number; readonly attributes: Attributes }>();
  const lags = new Map<string, { readonly value: number; readonly attributes: Attributes }>();
  return {
    reachable({ kind, name, isUp }) {
      const attributes = { [names.kind]: kind, "statefun.endpoint.name": name };
      up.set(`${kind} ${name}`, { value: isUp ? 1 : 0, attributes });
    },
    ingress({ typename, source, lag }) {
      const key = `${typename} ${source}`;
      const attributes = { "statefun.ingress": typename, "statefun.source": source };
      if (lag === undefined) lags.delete(key);
      else lags.set(key, { value: lag, attributes });
    },
    observe(instruments) {
      instruments.up.addCallback((result) => {
        for (const { value, attributes } of up.values()) result.observe(value, attributes);
      });
      instruments.lag.addCallback((result) => {
        for (const { value, attributes } of lags.values()) result.observe(value, attributes);
      });
    },
  };
}
