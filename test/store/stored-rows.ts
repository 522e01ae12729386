import { DatabaseSync } from "node:sqlite";
import type { DescMessage } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import type { Store } from "../../src/engine/contract/store.ts";
import type { Report } from "../../src/store/damage.ts";
import type { SqlDriver, Row as SqlRow, SqlValue } from "../../src/store/drivers/sql-driver.ts";
import * as kinds from "../../src/store/object/compact-kinds.ts";
import { compactSchema } from "../../src/store/object/compact-schema.ts";
import { createCompactStore } from "../../src/store/object/compact-store.ts";
import { engineStoreOf } from "../../src/store/store-handle.ts";
import * as records from "../gen/store/records_pb.ts";
import { compactStore } from "./changed-driver.ts";
import { fixtureWindows } from "./fixture-windows.ts";

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
  [kinds.token, records.TokenSchema],
  [kinds.call, records.CallSchema],
]);

/** A database with everything in it, nothing of it cut into pieces. */
export async function writeAll(path: string): Promise<string> {
  const store = engineStoreOf(compactStore(path));
  await store.open();
  for (const window of fixtureWindows.get(1) ?? []) store.commit(window);
  store.close();
  return path;
}

/** Changes the data of each row, and gives the rows as they were. */
export function rewrite(path: string, dataOf: (row: Row) => Uint8Array): Row[] {
  const database = new DatabaseSync(path);
  const rows = database.prepare("SELECT kind, key, number, data FROM statefun").all() as never;
  const update = database.prepare("UPDATE statefun SET data = ? WHERE kind = ? AND key = ?");
  database.exec("PRAGMA synchronous = OFF; BEGIN");
  for (const row of rows as Row[]) update.run(dataOf(row), row.kind, row.key);
  database.exec("COMMIT");
  database.close();
  return rows;
}

/** A store in memory that has what is in a file, opened. */
export async function openCopy(
  path: string,
  report: Report,
  change: string,
  ...params: readonly SqlValue[]
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
  compactSchema.create(driver);
  exec("ATTACH ? AS source", path);
  exec("INSERT INTO statefun SELECT * FROM source.statefun");
  exec(change, ...params);
  const store = createCompactStore(async () => driver);
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

export const joinedBytes = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

/** Fields that no version has yet, of each wire type: 20 to 24, 31 and one far away. */
export const later = [
  ...[0xa0, 0x01, 0x05, 0xaa, 0x01, 0x02, 0x68, 0x69, 0xb5, 0x01, 1, 2, 3, 4],
  ...[0xb9, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 0xc3, 0x01, 0x08, 0x01, 0xc4, 0x01, 0xf8, 0x01, 0x07],
  ...[0xf8, 0xff, 0xff, 0xff, 0x0f, 0x01],
];
