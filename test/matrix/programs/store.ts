import process from "node:process";
import { memoryStore } from "statefun/runtime";
import type { NewData } from "../../store/subject.ts";
import { runCase, storeCases } from "../../store/suite.ts";

/**
 * Runs the cases of test/store on the runtime that this is started on: `store <kind> <platform> <folder>`. Says
 * in a line of JSON for each what became of it.
 */
const [, , kind, platform, folder] = process.argv;

const platforms = new Map([
  ["node", () => import("statefun/node")],
  ["deno", () => import("statefun/deno")],
  ["bun", () => import("statefun/bun")],
]);

async function newDataOf(): Promise<NewData> {
  if (kind === "memory") {
    return () => {
      const store = memoryStore();
      return () => store;
    };
  }
  const load = platforms.get(platform ?? "");
  if (load === undefined) throw new TypeError(`no platform ${platform}`);
  const { sqliteStore } = await load();
  const openDatabase = kind === "better-sqlite3" ? await betterSqlite3() : undefined;
  let count = 0;
  return () => {
    count += 1;
    const path = `${folder}/${kind}-${count}.db`;
    return () =>
      sqliteStore(path, openDatabase === undefined ? {} : { database: openDatabase(path) });
  };
}

/** Without its types, which would be a package of their own, and installed for the matrix only. */
async function betterSqlite3() {
  const name: string = "better-sqlite3";
  const { default: Database } = await import(name);
  return (path: string) => new Database(path);
}

const newData = await newDataOf();
for (const one of storeCases) {
  let failure: string | undefined;
  try {
    await runCase(one, newData);
  } catch (error) {
    failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  console.log(JSON.stringify({ name: one.name, failure }));
}
