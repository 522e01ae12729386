import { copyFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { beforeAll, describe, expect, it } from "vitest";
import { sqliteStore } from "../../src/store/file/sqlite-store.ts";
import { engineStoreOf, type Store } from "../../src/store/store-handle.ts";
import { cases, seeded } from "../effort.ts";
import { objectStore, noHead } from "../store/changed-driver.ts";
import { temporaryFiles } from "../store/temporary.ts";
import { writeGenuine } from "./genuine.ts";
import { countInHead, mutateHead } from "./head-mutations.ts";
import { type Dice, dice, mutate } from "./mutations.ts";
import { runOn } from "./run.ts";

const newPath = temporaryFiles();
const seeds = Math.ceil(cases / 700);
const firstSeed = seeded.seed ?? 1;

/** Rows of one kind, and how they are damaged. */
interface Part {
  readonly name: string;
  count(database: DatabaseSync): number;
  /** Says what was done. */
  damage(database: DatabaseSync, random: Dice): string;
}

interface Layout {
  readonly name: string;
  readonly open: (path: string) => Store;
  /** By what they hold. */
  readonly parts: readonly Part[];
  /** What everything else depends on. */
  readonly vital: ReadonlySet<string>;
}

const tables = "cells states types messages timers egress kept dead accepted positions".split(" ");
const kinds =
  "progress message outbox egress timer expiring accepted kept linkIn linkOut 10 11 12 13 14 15 state dead position".split(
    " ",
  );

const numbered: readonly (readonly [name: string, kind: number])[] = kinds
  .flatMap((name, kind) => (/^\d/.test(name) ? [] : [[name, kind] as const]))
  .concat([
    ["token", 24],
    ["call", 25],
  ]);

/** Rows of a table. */
const rowsOf = (name: string, table: string, where: string): Part => ({
  name,
  count: (database) => {
    const row = database.prepare(`SELECT count(*) AS n FROM ${table} WHERE ${where}`).get();
    return Number(row?.["n"]);
  },
  damage: (database, random) => mutate(database, table, where, random),
});

const packed = (name: string, kind: number): Part => ({
  name,
  count: (database) => countInHead(database, kind),
  damage: (database, random) => mutateHead(database, kind, random),
});

const layouts: readonly Layout[] = [
  {
    name: "a file",
    open: (path) => sqliteStore(path, { durability: "normal" }),
    parts: [...tables, "progress", "statefun"].map((name) => rowsOf(name, name, "true")),
    vital: new Set(["progress", "statefun"]),
  },
  {
    name: "an object without a head",
    open: (path) => objectStore(path, () => ({}), noHead),
    parts: numbered.map(([name, kind]) => rowsOf(name, "statefun", `kind = ${kind}`)),
    vital: new Set(["progress"]),
  },
  {
    name: "an object with its rows in the head",
    open: (path) => objectStore(path),
    parts: numbered.map(([name, kind]) =>
      kind === 0 ? rowsOf(name, "statefun", "kind = 0") : packed(name, kind),
    ),
    vital: new Set(["progress"]),
  },
];

describe.each(layouts)("the store of $name", ({ open, parts, vital }) => {
  const genuine = newPath("genuine");

  beforeAll(async () => {
    await writeGenuine(engineStoreOf(open(genuine)));
    const database = new DatabaseSync(genuine);
    for (const { name, count } of parts) {
      if (name !== "egress") expect(count(database), name).toBeGreaterThan(0);
    }
    database.close();
  });

  it.each(parts.map((part, index) => ({ ...part, index })))(
    "with damaged rows of $name goes on with the rest",
    async ({ name, damage, index }) => {
      for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
        const path = newPath();
        copyFileSync(genuine, path);
        const random = dice(seed * 1_000 + index);
        const database = new DatabaseSync(path);
        const done: string[] = [];
        for (let left = 1 + random.integer(3); left > 0; left -= 1) {
          done.push(damage(database, random));
        }
        database.close();
        const what = `seed ${seed}: ${done.join("; ")}`;
        try {
          await settles(path, vital.has(name));
        } catch (error) {
          throw new Error(`${error}\n  after ${what.slice(0, 600)}`);
        }
      }
    },
    600_000,
  );

  async function settles(path: string, isVital: boolean): Promise<void> {
    for (let life = 1; life <= 2; life += 1) {
      const { refused } = await runOn(engineStoreOf(open(path)));
      if (refused === undefined) continue;
      expect(isVital, `refused: ${refused}`).toBe(true);
      expect(refused).toMatchObject({ code: expect.stringMatching(/^store_(failed|newer)$/) });
      return;
    }
  }
});
