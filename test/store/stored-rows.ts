import { DatabaseSync } from "node:sqlite";
import { type DescMessage, fromBinary, isFieldSet, toBinary } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import type { LinkWindow, Store } from "../../src/engine/contract/store.ts";
import type { Report } from "../../src/store/damage.ts";
import type { SqlDriver, Row as SqlRow } from "../../src/store/drivers/sql-driver.ts";
import * as kinds from "../../src/store/object/object-kinds.ts";
import { objectSchema } from "../../src/store/object/object-schema.ts";
import { createObjectStore } from "../../src/store/object/object-store.ts";
import { type HeadLimits, headLimits } from "../../src/store/object/rows/head-store.ts";
import { engineStoreOf } from "../../src/store/store-handle.ts";
import * as records from "../gen/store/records_pb.ts";
import { objectStore, noHead } from "./changed-driver.ts";
import { fixtureWindowsOf, somePaused, someReported } from "./fixture-windows.ts";

/** A row of an object's table. */
export interface Row {
  readonly kind: number;
  readonly key: Uint8Array;
  readonly number: number | null;
  readonly data: Uint8Array;
}

/** Which message of proto/store/records.proto the data of a row is; undefined for bytes as they are. */
export function schemaOf({ kind, number }: Pick<Row, "kind" | "number">): DescMessage | undefined {
  if (kind === kinds.outbox) {
    return number === null ? records.OutboxMessageSchema : records.OutboxPackSchema;
  }
  return schemas.get(kind);
}

export const schemas: ReadonlyMap<number, DescMessage> = new Map<number, DescMessage>([
  [kinds.progress, records.ProgressSchema],
  [kinds.message, records.MessageSchema],
  [kinds.egress, records.EgressRecordSchema],
  [kinds.timer, records.TimerSchema],
  [kinds.expiring, records.StateSchema],
  [kinds.accepted, records.AcceptedSchema],
  [kinds.kept, records.EgressRecordSchema],
  [kinds.linkIn, records.LinkInSchema],
  [kinds.linkOut, records.LinkOutSchema],
  [kinds.state, records.StateSchema],
  [kinds.dead, records.DeadLetterSchema],
  [kinds.position, records.PositionSchema],
  [kinds.paused, records.PausedSchema],
  [kinds.reported, records.ListedSchema],
  [kinds.token, records.TokenSchema],
  [kinds.call, records.CallSchema],
]);

/** Where small rows stand. */
export const places: readonly (readonly [string, HeadLimits])[] = [
  ["the head", headLimits],
  ["rows of their own", noHead],
];

/** A database with everything in it, nothing of it cut into pieces. */
export async function writeAll(path: string, limits: HeadLimits = headLimits): Promise<string> {
  const store = engineStoreOf(objectStore(path, () => ({}), limits));
  await store.open();
  for (const window of fixtureWindowsOf("object", 1)) {
    const all: LinkWindow = { ...window, paused: somePaused, reported: someReported };
    store.commit(all);
  }
  store.close();
  return path;
}

/** Changes the data of each row, of those in the head as well, and gives the rows as they were, in order. */
export function rewrite(path: string, dataOf: (row: Row) => Uint8Array): Row[] {
  const database = new DatabaseSync(path);
  const rows = rewriteIn(database, dataOf);
  database.close();
  return rows;
}

function rewriteIn(database: DatabaseSync, dataOf: (row: Row) => Uint8Array): Row[] {
  const table = database.prepare("SELECT kind, key, number, data FROM statefun").all() as never;
  const update = database.prepare("UPDATE statefun SET data = ? WHERE kind = ? AND key = ?");
  const found: Row[] = [];
  database.exec("PRAGMA synchronous = OFF; BEGIN");
  for (const row of table as Row[]) {
    const { progress, rows } = headOf(row);
    const packed = rows.map(({ bytes, ...one }) => packedRow(bytes, dataOf(one)));
    found.push({ ...row, data: progress }, ...rows);
    update.run(joinedBytes(...packed, dataOf({ ...row, data: progress })), row.kind, row.key);
  }
  database.exec("COMMIT");
  return found.sort((left, right) => left.kind - right.kind || compare(left.key, right.key));
}

const compare = (left: Uint8Array, right: Uint8Array) => Buffer.compare(left, right);

interface PackedRow extends Row {
  /** The message that it is in the head. */
  readonly bytes: Uint8Array;
}

/** Changes the data of the row of the progress. */
export function rewriteHead(path: string, dataOf: (data: Uint8Array) => Uint8Array): void {
  const database = new DatabaseSync(path);
  const { data } = database.prepare("SELECT data FROM statefun WHERE kind = 0").get() as never;
  database.prepare("UPDATE statefun SET data = ? WHERE kind = 0").run(dataOf(data));
  database.close();
}

/** The rows in the head, as generated code reads them. */
export function headRowsOf(path: string): records.HeadRow[] {
  let rows: records.HeadRow[] = [];
  rewriteHead(path, (data) => {
    rows = fromBinary(records.ProgressSchema, data).rows;
    return data;
  });
  return rows;
}

/** A field of the head. */
export function headField(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return new BinaryWriter()
    .tag(10, 2)
    .bytes(joinedBytes(...parts))
    .finish();
}

/** What a row has packed in it, as generated code reads it: nothing unless it is that of the progress. */
export function headOf({ kind, data }: Pick<Row, "kind" | "data">): {
  readonly progress: Uint8Array;
  readonly rows: readonly PackedRow[];
} {
  if (kind !== kinds.progress) return { progress: data, rows: [] };
  const { rows } = fromBinary(records.ProgressSchema, data);
  return {
    progress: withoutField(data, 10),
    rows: rows.map((row) => ({
      kind: Number(row.kind),
      key: row.key,
      number: isFieldSet(row, records.HeadRowSchema.field.number) ? Number(row.number) : null,
      data: row.data,
      bytes: toBinary(records.HeadRowSchema, row),
    })),
  };
}

/** A field of the head, with other data. */
export function packedRow(bytes: Uint8Array, data: Uint8Array): Uint8Array {
  const row = fromBinary(records.HeadRowSchema, bytes);
  row.data = data;
  return headField(toBinary(records.HeadRowSchema, row));
}

/** A store in memory that has what is in a file, with other data, opened. */
export async function openCopy(
  path: string,
  report: Report,
  dataOf: (row: Row) => Uint8Array,
): Promise<Store> {
  const database = new DatabaseSync(":memory:");
  const exec: SqlDriver["exec"] = (sql, ...its) =>
    database.prepare(sql).all(...its) as readonly SqlRow[];
  const driver: SqlDriver = {
    name: "a copy",
    maxValueBytes: 1e6,
    exec,
    change: (sql, ...its) => Number(database.prepare(sql).run(...its).changes) > 0,
    transaction(body) {
      exec("BEGIN");
      const result = body();
      exec("COMMIT");
      return result;
    },
    durable: () => Promise.resolve(),
    close: () => database.close(),
  };
  objectSchema.create(driver);
  exec("ATTACH ? AS source", path);
  exec("INSERT INTO statefun SELECT * FROM source.statefun");
  rewriteIn(database, dataOf);
  const store = createObjectStore(async () => driver);
  await store.open(report);
  return store;
}

/** As they are. */
export const rowsOf = (path: string): Row[] => rewrite(path, ({ data }) => data);

/** The numbers of the fields that a message has, in their order. */
export function topFields(data: Uint8Array): number[] {
  const reader = new BinaryReader(data);
  const found: number[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    found.push(field);
    reader.skip(type, field);
  }
  return found;
}

/** What is in each field of a number that has bytes. */
export function fieldsOf(data: Uint8Array, wanted: number): Uint8Array[] {
  const reader = new BinaryReader(data);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === wanted && type === 2) found.push(reader.bytes());
    else reader.skip(type, field);
  }
  return found;
}

export function withoutField(data: Uint8Array, without: number): Uint8Array {
  const reader = new BinaryReader(data);
  const left: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const from = reader.pos;
    const [field, type] = reader.tag();
    reader.skip(type, field);
    if (field !== without) left.push(data.subarray(from, reader.pos));
  }
  return joinedBytes(...left);
}

export const joinedBytes = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

/** Fields that no version has yet, of each wire type: 20 to 24, 31 and one far away. */
export const later = [
  ...[0xa0, 0x01, 0x05, 0xaa, 0x01, 0x02, 0x68, 0x69, 0xb5, 0x01, 1, 2, 3, 4],
  ...[0xb9, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 0xc3, 0x01, 0x08, 0x01, 0xc4, 0x01, 0xf8, 0x01, 0x07],
  ...[0xf8, 0xff, 0xff, 0xff, 0x0f, 0x01],
];
