import type { ImportedThing } from "../../engine/contract/moving.ts";
import type { ExportLine } from "../../export-format/records.ts";
import * as from from "../../export-format/records-from.ts";
import { addressFrom } from "../../export-format/values.ts";

/** What a line is to an engine. Undefined for the header and the end. */
export function thingOf(line: ExportLine): ImportedThing | undefined {
  switch (line.kind) {
    case "partition":
      return { kind: "partition", lastNumber: line.lastNumber };
    case "pause":
      return { kind: "pause", record: from.pauseFrom(line) };
    case "instance":
      return { kind: "instance", address: addressFrom(line), states: from.statesFrom(line) };
    case "message":
      return { kind: "message", record: from.messageFrom(line) };
    case "timer":
      return { kind: "timer", record: from.timerFrom(line) };
    case "record":
      return { kind: "record", record: from.recordFrom(line) };
    case "dead-letter":
      return { kind: "dead-letter", record: from.deadLetterFrom(line) };
    case "key":
      return { kind: "key", record: from.keyFrom(line) };
    case "position":
      return { kind: "position", source: line.source, position: line.position };
    default:
      return undefined;
  }
}
