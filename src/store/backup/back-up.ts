import { webCrypto } from "#web-crypto";
import {
  assertFunction,
  assertKnownKeys,
  assertNonEmpty,
  invalid,
  isRecord,
} from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { randomName } from "../../internal/random-name.ts";
import { reasonOf, show } from "../../internal/show.ts";
import type { Backup, BackupOptions, BackupSource } from "../backup-source.ts";
import { loadPlatform, type Platform } from "../sqlite/platform.ts";
import { makeFile } from "../sqlite/private-file.ts";
import { filesBefore } from "../sqlite/store-files.ts";
import { needsLog } from "../sqlite/write-ahead-log.ts";
import { storeFailed } from "../store-errors.ts";
import { type BackupFiles, loadBackupFiles } from "./backup-files.ts";
import { type Copied, copyInThread } from "./copy-thread.ts";
import { assertTarget, companions, publish } from "./target-file.ts";

/**
 * Copies a database that may be in use to `path`: whole, flushed, and under that name only then. Never opens the database
 * except by SQLite, because closing a descriptor of it drops the locks that this process has on it.
 */
export async function backUp(
  source: BackupSource,
  path: string,
  options: BackupOptions = {},
): Promise<Backup> {
  assertNonEmpty(path, "the path of a backup");
  if (path.endsWith("/")) throw invalid(`the path of a backup must name a file, got ${show(path)}`);
  const { overwrite, signal, onProgress } = resolved(options);
  signal.throwIfAborted();
  const name = `the backup ${path}`;
  const [platform, files] = await Promise.all([loadPlatform(), loadBackupFiles()]);
  const target = files.resolve(path);
  const folder = files.folderOf(target);
  const temporary = `${folder}/.statefun-backup-${randomName(randomBytes)}`;
  try {
    if ((await files.stat(folder)) === undefined) {
      throw invalid(`the folder of a backup must exist, got ${show(path)}`);
    }
    await assertTarget(files, source.file, target, overwrite);
    source.assertSame?.();
    const { hasLog } = readable(platform, source.file);
    makeFile(platform, temporary);
    const copying = { name, source: source.file, target: temporary, folder, signal };
    const copied = await copyInThread({ ...copying, onProgress });
    // Of a store that was replaced meanwhile, it would be a copy of another one.
    source.assertSame?.();
    assertWhole(source.file, copied, hasLog);
    await publish(files, temporary, target, overwrite);
    return { bytes: copied.bytes, time: copied.time };
  } catch (error) {
    await removed(files, temporary);
    signal.throwIfAborted();
    throw asBackupError(name, error);
  }
}

function resolved(options: BackupOptions): Required<BackupOptions> {
  assertKnownKeys(options, ["overwrite", "onProgress", "signal"], "the options of a backup");
  const {
    overwrite = false,
    onProgress = () => {},
    signal = new AbortController().signal,
  } = options;
  if (typeof overwrite !== "boolean") {
    throw invalid(`overwrite must be true or false, got ${show(overwrite)}`);
  }
  assertFunction(onProgress, "onProgress");
  if (!isRecord(signal) || typeof signal.addEventListener !== "function") {
    throw invalid(`signal must be an AbortSignal, got ${show(signal)}`);
  }
  return { overwrite, onProgress, signal };
}

/** SQLite would delete the log of an empty database, also for who only reads. */
function readable(platform: Platform, file: string): { hasLog: boolean } {
  const { isEmpty, hasLog } = filesBefore(platform, file);
  if (isEmpty) throw invalid(`${file} is not a store: it is missing or empty`);
  return { hasLog };
}

function assertWhole(file: string, { mark }: Copied, hasLog: boolean): void {
  if (mark !== needsLog || hasLog) return;
  const advice = "put the log back beside the database";
  throw storeFailed(
    `the store ${file}`,
    `its log ${file}-wal is missing, and with it what was stored last: ${advice}`,
  );
}

/** What a copy has left that did not come to its end. */
async function removed(files: BackupFiles, temporary: string): Promise<void> {
  for (const end of ["", ...companions]) await files.remove(temporary + end).catch(() => {});
}

function asBackupError(name: string, error: unknown): StateFunError {
  return error instanceof StateFunError ? error : storeFailed(name, reasonOf(error), error);
}

function randomBytes(count: number): Uint8Array {
  return webCrypto.getRandomValues(new Uint8Array(count));
}
