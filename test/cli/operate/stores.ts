import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { closing } from "./app.ts";

/** Each store, new for each test. */
export const stores = {
  memory: () => memoryStore(),
  SQLite: () => {
    const folder = mkdtempSync(join(tmpdir(), "statefun-operate-"));
    closing(async () => rmSync(folder, { recursive: true, force: true }));
    return sqliteStore(join(folder, "store.db"));
  },
} as const;
