import { copyFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { beforeAll, describe, expect, it } from "vitest";
import { sqliteStore } from "../../src/store/file/sqlite-store.ts";
import { engineStoreOf, type Store } from "../../src/store/store-handle.ts";
import { compactStore } from "../store/changed-driver.ts";
import { temporaryFiles } from "../store/temporary.ts";
import { writeGenuine } from "./genuine.ts";
import { dice, mutate } from "./mutations.ts";
import { runOn } from "./run.ts";

const newPath = temporaryFiles();
const cases = Math.ceil(Number(process.env["STATEFUN_CASES"] ?? 2_000) / 700);
const firstSeed = Number(process.env["STATEFUN_SEED"] ?? 1);

interface Layout {
  readonly name: string;
  readonly open: (path: string) => Store;
  /** Tables, or rows of the one table, by what they hold. */
  readonly parts: readonly (readonly [name: string, table: string, where: string])[];
  /** What everything else depends on. */
  readonly vital: ReadonlySet<string>;
}

const tables = "cells states types messages timers egress kept dead accepted positions".split(" ");
const kinds =
  "progress message outbox egress timer expiring accepted kept linkIn linkOut 10 11 12 13 14 15 state dead position".split(
    " ",
  );

const layouts: readonly Layout[] = [
  {
    name: "a file",
    open: (path) => sqliteStore(path, { durability: "normal" }),
    parts: [...tables, "progress", "statefun"].map((name) => [name, name, "true"] as const),
    vital: new Set(["progress", "statefun"]),
  },
  {
    name: "an object",
    open: (path) => compactStore(path),
    parts: kinds
      .flatMap((name, kind) => (/^\d/.test(name) ? [] : [[name, kind] as const]))
      .concat([
        ["token", 24],
        ["call", 25],
      ])
      .map(([name, kind]) => [name, "statefun", `kind = ${kind}`] as const),
    vital: new Set(["progress"]),
  },
];

describe.each(layouts)("the store of $name", ({ open, parts, vital }) => {
  const genuine = newPath("genuine");

  beforeAll(async () => {
    await writeGenuine(engineStoreOf(open(genuine)));
    const database = new DatabaseSync(genuine);
    for (const [name, table, where] of parts) {
      const rows = database.prepare(`SELECT count(*) AS n FROM ${table} WHERE ${where}`).get();
      if (name !== "egress") expect(rows?.["n"], name).toBeGreaterThan(0);
    }
    database.close();
  });

  it.each(parts.map(([name, table, where], index) => ({ name, table, where, index })))(
    "with damaged rows of $name goes on with the rest",
    async ({ name, table, where, index }) => {
      for (let seed = firstSeed; seed < firstSeed + cases; seed += 1) {
        const path = newPath();
        copyFileSync(genuine, path);
        const random = dice(seed * 1_000 + index);
        const database = new DatabaseSync(path);
        const done: string[] = [];
        for (let left = 1 + random.integer(3); left > 0; left -= 1) {
          done.push(mutate(database, table, where, random));
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
