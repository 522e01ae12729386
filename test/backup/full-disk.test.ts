import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { thrown } from "../store/checks.ts";
import { temporaryFiles } from "../store/temporary.ts";
import { filesBeside, fill, started } from "./backups.ts";

const newPath = temporaryFiles();

let disk: string;
let isMounted = false;

/** A small file system of its own: mounting one is root's. */
beforeEach(() => {
  disk = mkdtempSync(join(tmpdir(), "statefun-small-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=40m", "tmpfs", disk], { stdio: "ignore" });
    isMounted = true;
  } catch {
    isMounted = false;
  }
});
afterEach(() => {
  if (isMounted) execFileSync("umount", [disk]);
  rmSync(disk, { recursive: true });
});

it("says before it begins that there is no room, and leaves nothing", async ({ skip }) => {
  if (!isMounted) skip("no file system can be mounted here");
  const { runtime, ...given } = await started(newPath());
  await fill(runtime, given, 20);
  const filler = join(disk, "filler");
  writeFileSync(filler, new Uint8Array(25_000_000));
  const copy = join(disk, "copy.db");
  const seen: unknown[] = [];
  const { message } = await thrown("store_failed", () =>
    runtime.backup(copy, { onProgress: (progress) => void seen.push(progress) }),
  );
  expect(message).toMatch(
    /copy\.db failed: there is not enough space for it on the disk \(\d+ bytes are needed, \d+ are free\)/,
  );
  expect(seen).toEqual([]);
  expect(filesBeside(copy)).toEqual(["filler"]);
  rmSync(filler);
  await runtime.backup(copy);
});

it("says so of a disk that is filled by others meanwhile, and leaves nothing", async ({ skip }) => {
  if (!isMounted) skip("no file system can be mounted here");
  const { runtime, ...given } = await started(newPath());
  await fill(runtime, given, 30);
  const copy = join(disk, "copy.db");
  let isFilled = false;
  const { message } = await thrown("store_failed", () =>
    runtime.backup(copy, {
      onProgress() {
        if (isFilled) return;
        isFilled = true;
        try {
          writeFileSync(join(disk, "filler"), new Uint8Array(40_000_000));
        } catch {
          // It has taken what there was.
        }
      },
    }),
  );
  expect(message).toMatch(/there is not enough space for it on the disk/);
  expect(filesBeside(copy)).toEqual(["filler"]);
  await runtime.send(given.counter.at("a"), 1);
});
