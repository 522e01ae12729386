import { once } from "node:events";
import { type FileHandle, link, open, rename, rm, stat, unlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { invalid } from "../../internal/assert.ts";
import { randomName } from "../../internal/random-name.ts";
import { peek, show } from "../../internal/show.ts";
import { randomBytes } from "./random-bytes.ts";

/** Where an export goes. */
export interface ExportTarget {
  write(piece: Uint8Array): Promise<void>;
  /** All has been written: it gets its name. */
  finish(): Promise<void>;
  /** It was not: nothing is left of it. */
  discard(): Promise<void>;
}

/** Standard output, at the pace of its reader. */
export function standardOutput(): ExportTarget {
  const { stdout } = process;
  // Whoever reads it may have enough.
  let broken: unknown;
  stdout.on("error", (error) => {
    broken ??= error;
  });
  return {
    async write(piece) {
      if (broken !== undefined) throw broken;
      if (stdout.write(piece)) return;
      await Promise.race([once(stdout, "drain"), once(stdout, "close")]);
    },
    async finish() {
      await new Promise<void>((done) => {
        stdout.write("", () => done());
      });
      if (broken !== undefined) throw broken;
    },
    async discard() {},
  };
}

/** A file that is whole when it has its name, which only its owner may read. `store` is what is read, if that is a file. */
export async function fileTarget(
  path: string,
  overwrite: boolean,
  store: string | undefined,
): Promise<ExportTarget> {
  if (path.endsWith("/")) throw invalid(`--to must name a file, got ${show(path)}`);
  const target = resolve(path);
  await assertOther(target, path, store);
  await assertFree(target, path, overwrite);
  const temporary = join(dirname(target), `.statefun-export-${randomName(randomBytes)}`);
  const file = await open(temporary, "wx", 0o600).catch((error: unknown) => {
    if (peek(error, "code") !== "ENOENT") throw error;
    throw invalid(`the folder of the export must exist, got ${show(path)}`);
  });
  return {
    async write(piece) {
      await writeAll(file, piece);
    },
    async finish() {
      await file.sync();
      await file.close();
      await named(temporary, target, path, overwrite);
    },
    async discard() {
      await file.close().catch(() => {});
      await rm(temporary, { force: true });
    },
  };
}

async function writeAll(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length; ) {
    const { bytesWritten } = await file.write(piece, at);
    at += bytesWritten;
  }
}

async function assertOther(target: string, path: string, store: string | undefined): Promise<void> {
  if (store === undefined) return;
  const [one, other] = await Promise.all([target, store].map((file) => statOf(file)));
  if (one === undefined || one.ino !== other?.ino || one.dev !== other.dev) return;
  throw invalid(`--to must not be the store itself, got ${show(path)}`);
}

function statOf(path: string) {
  return stat(path, { bigint: true }).catch(() => undefined);
}

async function assertFree(target: string, path: string, overwrite: boolean): Promise<void> {
  const found = await statOf(target);
  if (found === undefined) return;
  if (!found.isFile()) throw invalid(`--to must name a file, got ${show(path)}, which is not one`);
  if (!overwrite) throw taken(path);
}

/** A link replaces nothing. Where there are no links, nothing is renamed onto what was there a moment before. */
async function named(
  temporary: string,
  target: string,
  path: string,
  overwrite: boolean,
): Promise<void> {
  if (overwrite) return rename(temporary, target);
  try {
    await link(temporary, target);
  } catch (error) {
    if (peek(error, "code") === "EEXIST") throw taken(path);
    await assertFree(target, path, false);
    return rename(temporary, target);
  }
  await unlink(temporary);
}

function taken(path: string): Error {
  return invalid(`${show(path)} exists: choose another name, or add --overwrite`);
}
