import type { DatabaseSync } from "node:sqlite";
import { fromBinary } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import * as records from "../gen/store/records_pb.ts";
import { fieldsOf, headField, joinedBytes, withoutField } from "../store/stored-rows.ts";
import type { Dice } from "./mutations.ts";

/** A row of the head, of which nothing is known if it is damaged already. */
interface Packed {
  readonly bytes: Uint8Array;
  readonly row: records.HeadRow | undefined;
}

const numbers: readonly bigint[] = [0n, 1n, 255n, 300n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 64n - 1n];

function storedHead(database: DatabaseSync) {
  const { data } = database.prepare("SELECT data FROM statefun WHERE kind = 0").get() as never;
  const progress = withoutField(data, 10);
  return { progress, rows: fieldsOf(data, 10).map((bytes) => ({ bytes, row: rowOf(bytes) })) };
}

function rowOf(bytes: Uint8Array): records.HeadRow | undefined {
  try {
    return fromBinary(records.HeadRowSchema, bytes);
  } catch {
    return undefined;
  }
}

/** How many rows of a kind are in the head. */
export function countInHead(database: DatabaseSync, kind: number): number {
  return storedHead(database).rows.filter(({ row }) => row?.kind === BigInt(kind)).length;
}

/** Changes a row of a kind in the head, adds another one like it, or takes it away. Says what was done. */
export function mutateHead(database: DatabaseSync, kind: number, dice: Dice): string {
  const { progress, rows } = storedHead(database);
  const victims = rows.filter(({ row }) => row?.kind === BigInt(kind));
  if (victims.length === 0) return "nothing";
  const victim = dice.pick(victims);
  const how = dice.integer(6);
  const changed = how === 2 ? new Uint8Array(0) : headField(changedRow(victim, dice));
  const fields = rows.map((row) => (row === victim && how >= 2 ? changed : headField(row.bytes)));
  const data = joinedBytes(...fields, ...(how < 2 ? [changed] : []), progress);
  database.prepare("UPDATE statefun SET data = ? WHERE kind = 0").run(data);
  return `${how < 2 ? "added" : "changed"} ${Buffer.from(changed).toString("hex")}`;
}

/** Bytes of it are changed or cut off, or one of its fields is another. */
function changedRow({ bytes, row }: Packed, dice: Dice): Uint8Array {
  const { data = bytes, key = bytes, kind = 0n } = row ?? {};
  const how = dice.integer(6);
  if (how === 0) return bytes.subarray(0, dice.integer(bytes.length + 1));
  if (how === 1) return dice.bytes();
  if (how === 2) {
    const other = Uint8Array.from(bytes);
    for (let left = 1 + dice.integer(3); left > 0; left -= 1) {
      other[dice.integer(other.length)] = dice.integer(256);
    }
    return other;
  }
  const number = () => dice.pick(numbers);
  const field = dice.pick([1, 2, 3, 4, 5]);
  // The last one of a field counts.
  const writer = new BinaryWriter();
  if (field === 2) writer.tag(2, 2).bytes(how === 3 ? dice.bytes() : key.subarray(1));
  else if (field === 5) writer.tag(5, 2).bytes(how === 3 ? dice.bytes() : data.subarray(1));
  else writer.tag(field, 0).uint64(how === 3 ? number() : kind + BigInt(dice.integer(3)));
  return joinedBytes(bytes, writer.finish());
}
