import { globSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Objects } from "../support/objects.ts";

/** What all objects have on the disk, with their logs. */
export function storedBytes({ folder: at }: Objects): number {
  const sizes = globSync("**/*.sqlite*", { cwd: at }).map(
    (name) => statSync(join(at, name), { throwIfNoEntry: false })?.size ?? 0,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
