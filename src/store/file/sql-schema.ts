import type { Schema } from "../schema.ts";

import { migrations } from "./sql-migrations.ts";
import { createTables } from "./sql-tables.ts";

/**
 * A change of the tables raises `version`, adds a migration, and keeps `readableBy` if code of the version before
 * can still read and write the result.
 */
export const currentSchema: Schema = {
  version: 3,
  // Older code would run what is paused.
  readableBy: 3,
  create: createTables,
  migrations,
};
