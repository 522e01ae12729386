import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { seeded } from "../../src/testing/random.ts";

/** What is random about one case. */
export interface Dice {
  integer(below: number): number;
  pick<T>(list: readonly T[]): T;
  bytes(): Uint8Array;
}

export function dice(seed: number): Dice {
  const random = seeded(seed);
  for (let warm = 0; warm < 8; warm += 1) random();
  const integer = (below: number) => Math.floor(random() * below);
  const pick = <T>(list: readonly T[]) => list[integer(list.length)] as T;
  const bytes = () => Uint8Array.from({ length: integer(40) }, () => integer(256));
  return { integer, pick, bytes };
}

const texts = [
  "",
  "x",
  "{}",
  "[]",
  "null",
  '{"target":5}',
  "a/b",
  "\0",
  "demo/hears",
  "9".repeat(400),
];
const numbers: readonly SQLInputValue[] = [
  0,
  1,
  -1,
  1.5,
  1e300,
  Number.POSITIVE_INFINITY,
  8_640_000_000_000_001,
  9_007_199_254_740_992n,
  9_223_372_036_854_775_807n,
  -9_223_372_036_854_775_808n,
];

/** A value of any type, or what was there cut or with bytes of it changed. */
function anyValue(before: unknown, { integer, pick, bytes }: Dice): SQLInputValue {
  const kind = integer(8);
  if (kind === 0) return null;
  if (kind === 1) return pick(texts);
  if (kind === 2) return pick(numbers);
  if (kind === 3) return bytes();
  if (typeof before === "bigint") return before + BigInt(integer(9) - 4);
  const original = before instanceof Uint8Array ? before : new TextEncoder().encode(String(before));
  const changed = Uint8Array.from(original);
  if (kind === 4) return changed.subarray(0, integer(changed.length + 1));
  for (let times = 1 + integer(3); times > 0 && changed.length > 0; times -= 1) {
    changed[integer(changed.length)] = integer(256);
  }
  return before instanceof Uint8Array ? changed : new TextDecoder().decode(changed);
}

/** Changes a row of a table, adds another one like it, or takes it away. Says what was done. */
export function mutate(database: DatabaseSync, table: string, where: string, dice: Dice): string {
  const select = database.prepare(`SELECT * FROM ${table} WHERE ${where}`);
  select.setReadBigInts(true);
  const rows = select.all();
  const row = { ...(rows[dice.integer(rows.length)] ?? {}) };
  const names = Object.keys(row);
  if (names.length === 0) return "nothing";
  const matches = names.map((name) => `${name} IS ?`).join(" AND ");
  const before = Object.values(row);
  const how = dice.integer(6);
  const count = how === 0 ? names.length : 1 + dice.integer(2);
  for (let left = count; left > 0; left -= 1) {
    const name = how === 0 ? (names[left - 1] as string) : dice.pick(names);
    row[name] = anyValue(row[name], dice) as never;
  }
  const isNew = how < 2;
  try {
    if (!isNew) database.prepare(`DELETE FROM ${table} WHERE ${matches}`).run(...before);
    // One in six is only taken away.
    if (how !== 2) {
      const places = names.map(() => "?").join(", ");
      const sql = `INSERT OR REPLACE INTO ${table} (${names.join(", ")}) VALUES (${places})`;
      database.prepare(sql).run(...Object.values(row));
    }
  } catch {
    // The database itself refuses it.
    if (!isNew) return "a row was taken away";
  }
  return `${isNew ? "added" : "changed"} ${JSON.stringify(row, shown)}`;
}

function shown(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}
