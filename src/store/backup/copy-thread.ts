/// <reference types="node" />

import { StateFunError } from "../../internal/errors.ts";
import { reasonOf } from "../../internal/show.ts";
import type { BackupProgress } from "../backup-source.ts";
import { storeFailed } from "../store-errors.ts";
import { type CopyEvent, type CopyOrder, copyProgram } from "./copy-program.ts";

/** 256 pages of 4 kB are a megabyte: about 3 ms, after which the copy can be stopped. */
const stepPages = 256;
/**
 * Flushed all at once, a large copy would hold up the flushes of the log that acknowledgements wait for: with 300 MB the
 * longest pause of the process was 100 ms, and is 15 ms with this.
 */
const flushBytes = 8 * 1_024 * 1_024;

export interface Copied {
  readonly bytes: number;
  readonly time: number;
  /** The `user_version` that the original had. */
  readonly mark: number;
}

export interface Copying {
  /** Of the backup, at the start of errors. */
  readonly name: string;
  readonly source: string;
  readonly target: string;
  readonly folder: string;
  readonly signal: AbortSignal;
  /** What it throws ends the copy, and is thrown. */
  readonly onProgress: (progress: BackupProgress) => void;
}

/**
 * Copies a database into an empty file, as it is at one moment, and flushes the copy. On a thread of its own, with a
 * connection of its own: the thread that serves does nothing for it. Settles when the thread has ended and holds nothing.
 */
export async function copyInThread(copying: Copying): Promise<Copied> {
  const { name, source, target, folder, signal, onProgress } = copying;
  const { Worker } = await import("node:worker_threads").catch((error: unknown) => {
    throw new StateFunError("unsupported", `${name}: this runtime has no threads`, {
      cause: error,
    });
  });
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const order: CopyOrder = { source, target, folder, stepPages, flushBytes, stop };
  let failure: unknown;
  let last: CopyEvent | undefined;
  const cancel = (): void => void Atomics.store(stop, 0, 1);
  const worker = new Worker(copyProgram, { eval: true, workerData: order });
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  worker.on("error", (error: unknown) => {
    failure ??= error;
  });
  worker.on("message", (event: CopyEvent) => {
    last = event;
    if (event.kind !== "progress" || failure !== undefined) return;
    try {
      const { copiedBytes, totalBytes } = event;
      onProgress({ copiedBytes, totalBytes });
    } catch (error) {
      failure = error;
      cancel();
    }
  });
  signal.addEventListener("abort", cancel);
  if (signal.aborted) cancel();
  try {
    await ended;
  } finally {
    signal.removeEventListener("abort", cancel);
  }
  signal.throwIfAborted();
  if (failure !== undefined) throw failure;
  if (last?.kind === "done") return last;
  throw last?.kind === "failed"
    ? failed(name, source, last)
    : storeFailed(name, "its thread ended early");
}

function failed(name: string, source: string, { reason, code }: CopyEvent & { kind: "failed" }) {
  if (code === "unsupported") {
    const advice =
      "this runtime cannot copy a database that is in use: use Node 22.16, Deno or Bun";
    return new StateFunError("unsupported", `${name}: ${advice}`);
  }
  if (code === "no space" || /database or disk is full|ENOSPC|EDQUOT/.test(reason)) {
    return storeFailed(name, `there is not enough space for it on the disk (${reasonOf(reason)})`);
  }
  const isNoStore = /no such table: progress|no such column: time|not a database/.test(reason);
  const why = isNoStore ? `${source} is not a store of sqliteStore (${reason})` : reason;
  return storeFailed(name, why);
}
