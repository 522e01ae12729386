import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { expectStored, opened, storePaths } from "./lock-suite.ts";
import { nodeFromSource } from "./owners.ts";

storePaths();

/** Small file systems of their own. Only root may make one. */
const disks: string[] = [];
function newDisk(megabytes: number): string {
  const folder = mkdtempSync(join(tmpdir(), "statefun-disk-"));
  const options = ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder];
  execFileSync("mount", options, { stdio: "pipe" });
  disks.push(folder);
  return folder;
}
function removeDisks(): void {
  for (const folder of disks.splice(0)) {
    execFileSync("umount", ["--lazy", folder]);
    rmSync(folder, { recursive: true });
  }
}
afterEach(removeDisks);

const mayMount = (): boolean => {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  try {
    newDisk(1);
    removeDisks();
    return true;
  } catch {
    return false;
  }
};

/** Takes all the room that is left. */
function fill(folder: string): string {
  const file = join(folder, "full");
  for (let bytes = 1_048_576; bytes >= 1_024; ) {
    try {
      writeFileSync(file, new Uint8Array(bytes), { flag: "a" });
    } catch {
      bytes /= 2;
    }
  }
  return file;
}

describe.runIf(mayMount())("a real disk that is full", () => {
  it.for([1, 10])(
    "for %s s: refuses for the moment, goes on, and loses nothing",
    async (seconds) => {
      const folder = newDisk(4);
      const path = join(folder, "app.db");
      const owner = await opened(nodeFromSource, path);
      const before = await owner.send(1, 100);
      const full = fill(folder);
      // The log has room of its own until it has to grow.
      const size = statSync(`${path}-wal`).size;
      const during = owner.send(101, 400);
      await setTimeout(seconds * 1_000);
      rmSync(full);
      const { acknowledged, codes } = await during;
      const after = await owner.send(401, 500);
      expect(after.codes).toEqual(new Set());
      expect(statSync(`${path}-wal`).size).toBeGreaterThanOrEqual(size);
      for (const code of codes) expect(code).toBe("unavailable");
      await owner.kill();
      await expectStored(nodeFromSource, path, [
        ...before.acknowledged,
        ...acknowledged,
        ...after.acknowledged,
      ]);
    },
  );
});
