import { existsSync, mkdirSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { isGate } from "./effort.ts";

const inMemory = "/dev/shm";
const enoughBytes = 2 ** 30;

function hasRoom(): boolean {
  const { bsize, bavail } = statfsSync(inMemory);
  return bsize * bavail >= enoughBytes;
}

/**
 * Where the tests of `npm test` have their files, on a Linux with enough of it: a disk takes milliseconds to flush a file, which
 * is most of what a small store does. The gate has them on its disk.
 */
export const folderInMemory: string | undefined =
  !isGate && existsSync(inMemory) && hasRoom()
    ? join(inMemory, `statefun-tests-${process.pid}`)
    : undefined;

/** For vitest: before all tests, and after them. */
export default function setup(): (() => void) | undefined {
  const folder = folderInMemory;
  if (folder === undefined) return undefined;
  mkdirSync(folder, { recursive: true });
  return () => rmSync(folder, { recursive: true, force: true });
}
