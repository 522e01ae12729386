import { DatabaseSync } from "node:sqlite";
import { json, StatefulFunctions, string } from "statefun";
import type { Store } from "statefun/runtime";
import type { Store as EngineStore } from "../../src/engine/contract/store.ts";
import { address, cell, emptyWindow } from "../store/records.ts";
import { cpuMs } from "./cpu-ms.ts";

interface Cart {
  readonly owner: string;
  readonly items: readonly string[];
}

/** A function whose instances have one JSON state of 65 bytes. */
export function cartFunctions(): StatefulFunctions {
  const functions = new StatefulFunctions("bench");
  const state = { cart: { type: json<Cart>("bench/Cart") } };
  functions.bind("bench/cart", { accepts: string, state }, () => {});
  return functions;
}

/** So many of them, in no order, written by windows: messages would take minutes. The store is left open for none. */
export async function fillCarts(handle: Store, size: number): Promise<void> {
  const encoder = new TextEncoder();
  const store = Object(handle)["~store"]() as EngineStore;
  await store.open();
  for (let done = 0, sequence = 0; done < size; ) {
    const count = Math.min(5_000, size - done);
    const cells = Array.from({ length: count }, (_, index) => {
      const number = done + index + 1;
      const id = String((number * 7_919) % size).padStart(10, "0");
      const bytes = encoder.encode(JSON.stringify({ owner: id, items: ["tea", "milk", "bread"] }));
      const value = { typename: "bench/Cart", bytes, headers: [] };
      return cell(number, { address: address(id, "bench/cart"), name: "cart", value });
    });
    done += count;
    const lastCell = done;
    store.commit({ ...emptyWindow(++sequence), cells, lastCell, isClean: done === size });
  }
  store.close();
}

const scan = `SELECT cells.id, cells.name, type, value, headers, expires_at FROM cells
  JOIN states USING (cell) WHERE typename = (SELECT type FROM types WHERE typename = 'bench/cart')
  ORDER BY ifnull(hash, id)`;

/** CPU milliseconds that SQLite takes by itself to give the same rows in the same order. */
export function scanCarts(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  const started = cpuMs();
  let rows = 0;
  for (const _ of database.prepare(scan).iterate()) rows++;
  if (rows === 0) throw new Error("nothing was scanned");
  const ms = cpuMs() - started;
  database.close();
  return ms;
}

/** Rows of a transaction, as many as an import has in a window. */
const insertedAtOnce = 1_000;

type Row = Record<string, string | number | bigint | Uint8Array | null>;

/** CPU milliseconds that SQLite takes by itself to insert the same rows in the same order into tables like those of `path`. */
export function insertCarts(path: string, target: string): number {
  const source = new DatabaseSync(path, { readOnly: true });
  const database = new DatabaseSync(target);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  const schema = source
    .prepare("SELECT sql FROM sqlite_schema WHERE tbl_name IN ('cells', 'states') AND sql NOT NULL")
    .all();
  for (const { sql } of schema) database.exec(String(sql));
  const cells = database.prepare("INSERT INTO cells VALUES (?, ?, ?, ?, NULL, 0)");
  const states = database.prepare("INSERT INTO states VALUES (?, ?, ?, ?, NULL, ?)");
  let [cell, ms] = [0, 0];
  const insert = (rows: readonly Row[]): void => {
    const started = cpuMs();
    database.exec("BEGIN");
    for (const row of rows) {
      const { id = "", name = 0, type = 0, value = null, headers = null, expires_at = null } = row;
      cells.run(++cell, 1, id, name);
      states.run(cell, type, value, headers, expires_at);
    }
    database.exec("COMMIT");
    ms += cpuMs() - started;
  };
  let rows: Row[] = [];
  for (const row of source.prepare(scan).iterate()) {
    rows.push(row);
    if (rows.length < insertedAtOnce) continue;
    insert(rows);
    rows = [];
  }
  if (rows.length > 0) insert(rows);
  source.close();
  database.close();
  return ms;
}
