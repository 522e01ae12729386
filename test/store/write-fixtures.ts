/**
 * `node test/store/write-fixtures.ts` writes a database of the version that the code has now, of each layout, into
 * test/store/fixtures. Run it once, when a version is made, and commit what it wrote: files of users look like that.
 * One that is there already is never written again.
 */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { currentSchema } from "../../src/store/file/sql-schema.ts";
import { createSqlStore } from "../../src/store/file/sql-store.ts";
import { objectSchema } from "../../src/store/object/object-schema.ts";
import { createObjectStore } from "../../src/store/object/object-store.ts";
import { engineStoreOf } from "../../src/store/store-handle.ts";
import { changedStore } from "./changed-driver.ts";
import { fixtureValueBytes, fixtureWindowsOf } from "./fixture-windows.ts";

const layouts = [
  { name: "file", version: currentSchema.version, create: createSqlStore },
  { name: "object", version: objectSchema.version, create: createObjectStore },
] as const;

/** Where the fixture of a version is. */
export function fixturePath(layout: "file" | "object", version: number): string {
  return fileURLToPath(new URL(`fixtures/${layout}-${version}.db`, import.meta.url));
}

/** Writes what the windows of a version leave. Throws where there is one. */
async function write({ name, version, create }: (typeof layouts)[number]): Promise<string> {
  const target = fixturePath(name, version);
  if (existsSync(target)) {
    throw new Error(`${target} exists: files of version ${version} are out, raise the version`);
  }
  const windows = fixtureWindowsOf(name, version);
  const folder = mkdtempSync(join(tmpdir(), "statefun-fixture-"));
  try {
    const path = join(folder, "store.db");
    const small = () => ({ maxValueBytes: fixtureValueBytes[name] });
    const store = engineStoreOf(changedStore(path, small, create));
    await store.open();
    for (const window of windows) store.commit(window);
    await store.durable();
    store.close();
    copyFileSync(path, target);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return target;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const layout of layouts) {
    try {
      console.log(`wrote ${await write(layout)}`);
    } catch (error) {
      console.error(String(error));
      process.exitCode = 1;
    }
  }
}
