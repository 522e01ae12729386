import { createSha256 } from "../../export-format/sha256.ts";
import { bytesFromText } from "../../internal/bytes.ts";
import type { EgressMessage } from "../../model/outcome.ts";
import { kafkaRecordNames } from "../../protocol/record-names.ts";
import { WireWriter } from "../../protocol/wire-writer.ts";
import {
  asciiJson,
  type ExportedPart,
  type ExportedRecord,
  type MoveRecord,
} from "../move-record.ts";
import { recordTypename } from "../names.ts";
import type { ResolvedMigrationOptions } from "./options.ts";

/** A record as it leaves: several where it is too long for one. */
export function moveRecords(
  record: MoveRecord,
  options: Pick<ResolvedMigrationOptions, "egress" | "topic" | "maxRecordBytes">,
): readonly EgressMessage[] {
  const text = asciiJson(record);
  if (record.kind !== "exported" || text.length <= options.maxRecordBytes) {
    return [message(text, keyOf(record), options)];
  }
  const parts = partsOf(record, text, options.maxRecordBytes);
  return parts.map((part) => message(asciiJson(part), keyOf(record), options));
}

/** Records about an instance stay in their order on a topic. */
function keyOf(record: MoveRecord): string {
  const { function: typename, id } = record.kind === "exported" ? record.instance : record;
  return `${typename}/${id}`;
}

function partsOf(
  { request, instance }: ExportedRecord,
  text: string,
  maxBytes: number,
): readonly ExportedPart[] {
  const digest = createSha256();
  digest.update(bytesFromText(text));
  const about = {
    kind: "exported-part",
    ...(request === undefined ? {} : { request }),
    function: instance.function,
    id: instance.id,
    sha256: digest.hex(),
  } as const;
  // Quotes and backslashes are escaped in the text of a part: twice as long at most.
  const own = asciiJson({ ...about, part: text.length, parts: text.length, text: "" }).length;
  const size = Math.max(1_024, Math.floor((maxBytes - own) / 2));
  const parts = Math.ceil(text.length / size);
  return Array.from({ length: parts }, (_, part) => ({
    ...about,
    part,
    parts,
    text: text.slice(part * size, (part + 1) * size),
  }));
}

function message(
  text: string,
  key: string,
  { egress, topic }: Pick<ResolvedMigrationOptions, "egress" | "topic">,
): EgressMessage {
  if (topic === undefined) {
    const bytes = bytesFromText(text);
    return { egress, argument: { typename: recordTypename, bytes, headers: [] } };
  }
  const bytes = new WireWriter().text(0x0a, key).text(0x12, text).text(0x1a, topic).finish();
  return { egress, argument: { typename: kafkaRecordNames.v3, bytes, headers: [] } };
}
