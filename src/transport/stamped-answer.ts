import { joined, noBytes } from "../internal/bytes.ts";
import type { WireAddress, WireHeader, WireValue } from "../model/invocation.ts";
import { messageBytes } from "../model/message-bytes.ts";
import type { HandlingEffect } from "../model/observer.ts";
import type { Completed } from "../model/outcome.ts";
import type { Stamp, Watch } from "../model/watch.ts";
import { kafkaRecordNames } from "../protocol/record-names.ts";
import { readHeader, writeHeader } from "../protocol/v3/value.ts";
import { decodeAll } from "../protocol/wire-reader.ts";
import { WireWriter } from "../protocol/wire-writer.ts";

export interface StampRules {
  readonly kafkaHeaders: "send" | "refuse" | "own";
  readonly maxMessageBytes: number;
}

/**
 * The effects of a remote function with the headers of an observer: its SDK may know nothing of traces. What has one already,
 * or would become too large, stays as it is.
 */
export function stampedAnswer(completed: Completed, watch: Watch, rules: StampRules): Completed {
  const stamped = (
    kind: HandlingEffect["kind"],
    target: WireAddress,
    value: WireValue,
  ): WireValue => {
    const encode = (stamp: Stamp) =>
      isKafkaRecord(value) ? stampedRecord(stamp, value, rules) : stamp.value(value, value.headers);
    const fits = (larger: WireValue) => messageBytes(larger, target) <= rules.maxMessageBytes;
    return watch.effect(kind, target.typename, encode, fits) ?? value;
  };
  return {
    ...completed,
    messages: completed.messages.map(({ target, argument }) => ({
      target,
      argument: stamped("message", target, argument),
    })),
    delayed: completed.delayed.map((effect) =>
      effect.kind === "cancel"
        ? effect
        : { ...effect, argument: stamped("delayed", effect.target, effect.argument) },
    ),
    egresses: completed.egresses.map(({ egress, argument }) => ({
      egress,
      argument: stamped("record", { typename: egress, id: "" }, argument),
    })),
  };
}

function isKafkaRecord({ typename }: WireValue): boolean {
  return typename === kafkaRecordNames.v2 || typename === kafkaRecordNames.v3;
}

/** The headers of a record for Kafka are in its bytes; more of them may follow whatever is there. */
function stampedRecord(stamp: Stamp, value: WireValue, { kafkaHeaders }: StampRules): WireValue {
  const { bytes = noBytes } = value;
  if (kafkaHeaders === "refuse") return value;
  const own = recordHeaders(bytes);
  if (own === undefined) return value;
  const added = stamp.headers(own).slice(own.length);
  if (added.length === 0) return value;
  const writer = new WireWriter();
  for (const header of added) writeHeader(writer, header);
  return { ...value, bytes: joined([bytes, writer.finish()]) };
}

/** Undefined for bytes that are no record: whoever delivers them says so. */
function recordHeaders(bytes: Uint8Array): readonly WireHeader[] | undefined {
  try {
    return decodeAll(bytes, (reader, end) => {
      const headers: WireHeader[] = [];
      for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
        if (tag === 0x22) headers.push(readHeader(reader, end));
        else reader.skip(tag, end);
      }
      return headers;
    });
  } catch {
    return undefined;
  }
}
