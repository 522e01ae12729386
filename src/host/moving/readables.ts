import type { ExportedFunction } from "../../export-format/records.ts";
import type { Readable } from "../../export-format/values.ts";
import { compareTexts } from "../../internal/text-order.ts";
import type { Accepts } from "../../sdk/types/type.ts";
import { plainRecord } from "../../surface/json/plain-record.ts";
import { readableOf } from "../../surface/json/value-json.ts";
import type { SurfaceHost } from "../../surface/surface-host.ts";
import type { Readables } from "./partition-lines.ts";

/** What is larger is written as its bytes alone: nobody reads it, and it would be there twice. */
const maxReadableBytes = 65_536;

type KnownTypes = Pick<SurfaceHost, "functionOf" | "functions" | "keptEgress">;

/** By the types that are bound. */
export function readablesOf(host: KnownTypes): Readables {
  return {
    state: (typename, name) => byTypes(host.functionOf(typename)?.states?.get(name)?.type),
    message: (typename) => byTypes(host.functionOf(typename)?.accepts),
    reply: (typename) => byTypes(host.functionOf(typename)?.replies),
    record: (egress) => {
      const format = host.keptEgress(egress)?.format;
      if (format === undefined) return byTypes(undefined);
      return (value) =>
        shownOf(value, format.accepts, () => plainRecord(value.typename, format.decode(value)));
    },
  };
}

/** For the header, in the order of their names. */
export function exportedFunctions(host: KnownTypes): ExportedFunction[] {
  return Array.from(host.functions(), ({ typename, states }) => ({
    typename,
    states: Array.from(states?.values() ?? [], ({ name, type }) => ({ name, type: type.typename })),
  })).sort((left, right) => compareTexts(left.typename, right.typename));
}

function byTypes(types: Accepts): Readable {
  return (value) => shownOf(value, types);
}

function shownOf(
  value: Parameters<Readable>[0],
  types: Accepts,
  decode?: () => unknown,
): ReturnType<Readable> {
  if ((value.bytes?.length ?? 0) > maxReadableBytes) return undefined;
  return readableOf(value, types, decode)?.value;
}
