import { noBytes } from "../../../internal/bytes.ts";
import { WireReader } from "../../../protocol/wire-reader.ts";
import { WireWriter } from "../../../protocol/wire-writer.ts";
import { readable } from "../../damage.ts";
import { readStored } from "../../stored-bytes.ts";
import { RecordReader, RecordWriter } from "../object-codec.ts";
import { part, progress } from "../object-kinds.ts";
import type { RowParts, StoredRow } from "./object-row.ts";

/** A row that stands in the head. It has no pieces. */
export interface HeadRow extends StoredRow {
  readonly kind: number;
  readonly key: Uint8Array;
  readonly at: number | null;
  readonly number: number | null;
  readonly parts: null;
  readonly data: Uint8Array;
  /** The field of the head that it is, with its tag and its length: written again and again as it is. */
  readonly bytes: Uint8Array;
}

/** What the row of the progress has as its data. */
export interface StoredHead {
  /** The fields of the progress alone. */
  readonly progress: Uint8Array;
  /** Those that were written longest ago come first. */
  readonly rows: readonly HeadRow[];
  /** Fields that should be rows and are not. */
  readonly broken: readonly Uint8Array[];
}

/** Field 10 of the progress. */
const rowField = 10;
const rowTag = rowField * 8 + 2;
/** A byte in which the kind is put aside. */
const maxKind = 255;

/** Undefined where the row cannot stand in the head: its time or its number is no safe integer from 0 on. */
export function headRow(kind: number, key: Uint8Array, parts: RowParts): HeadRow | undefined {
  const { at = null, number = null, data } = parts;
  if (!isStorable(at) || !isStorable(number)) return undefined;
  const wire = new WireWriter().begin(rowTag).varint(0x08).varint(kind);
  wire.varint(0x12).varint(key.length).raw(key);
  if (at !== null) wire.varint(0x18).varint(at);
  if (number !== null) wire.varint(0x20).varint(number);
  const bytes = wire.varint(0x2a).varint(data.length).raw(data).end().finish();
  return {
    ...{ kind, key, at, number, parts: null, bytes },
    data: bytes.subarray(bytes.length - data.length),
  };
}

function isStorable(value: number | null): boolean {
  return value === null || (Number.isSafeInteger(value) && value >= 0);
}

/** Throws where it is not a message. A row of it that is none is given as it is. */
export function storedHead(data: Uint8Array): StoredHead {
  const rows: HeadRow[] = [];
  const broken: Uint8Array[] = [];
  readStored(data, (reader, end) => {
    for (let from = 0, tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
      reader.skip(tag, end);
      if (tag === rowTag) {
        // Its own: the head as a whole is not kept for the sake of a row.
        const bytes = data.slice(from, reader.position);
        const row = readable(() => rowIn(bytes));
        if (row === undefined) broken.push(bytes);
        else rows.push(row);
      }
      from = reader.position;
    }
  });
  return { progress: new RecordWriter().fieldsOf(data, [rowField]).done(), rows, broken };
}

function rowIn(bytes: Uint8Array): HeadRow | undefined {
  const wire = new WireReader(bytes, {});
  wire.next(bytes.length);
  const reader = new RecordReader(wire, wire.fieldEnd(bytes.length));
  const kind = reader.number(1);
  if (kind === progress || kind === part || kind > maxKind) return undefined;
  return {
    kind,
    key: reader.view(2),
    at: reader.optionalNumber(3) ?? null,
    number: reader.optionalNumber(4) ?? null,
    parts: null,
    data: reader.view(5),
    bytes,
  };
}

/** The data of the row of the progress. The progress is its end, so what was cut off is never taken for a shorter one. */
export function encodeHead(
  broken: readonly Uint8Array[],
  rows: Iterable<HeadRow>,
  fields: Uint8Array = noBytes,
): Uint8Array {
  const wire = new WireWriter();
  for (const bytes of broken) wire.raw(bytes);
  for (const { bytes } of rows) wire.raw(bytes);
  return wire.raw(fields).finish();
}
