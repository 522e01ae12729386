/// <reference types="node" />

import type { ActionResult, OrderedBy } from "../../engine/contract/actions.ts";
import type { ImportWant } from "../../engine/contract/moving.ts";
import type { Store as EngineStore } from "../../engine/contract/store.ts";
import { defaultMaxLineBytes } from "../../export-format/reader.ts";
import {
  assertFunction,
  assertInteger,
  assertKnownKeys,
  invalid,
  isRecord,
} from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import { isFileStore } from "../../store/backup-source.ts";
import type { ImportOptions, ImportProgress, ImportSummary } from "../moving.ts";
import { platformSha256 } from "./platform-sha256.ts";
import { type ExportBytes, readOnce, type WholeExport } from "./read-once.ts";
import { createSpool, type Spool } from "./spool.ts";

/** Progress is reported ten times a second. */
const reportEveryMs = 100;

/** With what only commands and the admin interface ask for. */
export interface ImportRequest extends ImportOptions {
  /** Nothing is changed: it is only looked whether it could be imported. @default false */
  readonly isDryRun?: boolean;
}

/** What is imported into. */
export interface ImportTarget {
  /** Throws if nothing is taken any more. */
  assertOpen(): void | Promise<void>;
  /** As that of an engine. */
  import(want: ImportWant): Promise<boolean>;
  abandonImport(signal: AbortSignal, by?: OrderedBy): Promise<ActionResult>;
  /** Undefined for one in memory. */
  readonly store: EngineStore | undefined;
}

/** The imports of one runtime, of which one is at work at a time. They end before its store is closed. */
export class Imports {
  readonly #target: ImportTarget;
  readonly #stop = new AbortController();
  #running: Promise<unknown> | undefined;

  constructor(target: ImportTarget) {
    this.#target = target;
  }

  async import(bytes: ExportBytes, request: ImportRequest = {}): Promise<ImportSummary> {
    assertBytes(bytes);
    const options = resolved(request);
    // Before much is read for nothing.
    await this.#target.assertOpen();
    this.#stop.signal.throwIfAborted();
    if (this.#running !== undefined) {
      throw new StateFunError("busy", "another import is at work: wait for its end");
    }
    const given = options.signal === undefined ? [] : [options.signal];
    const signal = AbortSignal.any([this.#stop.signal, ...given]);
    const running = this.#import(bytes, { ...options, signal });
    this.#running = running;
    try {
      return await running;
    } finally {
      this.#running = undefined;
    }
  }

  /** Takes away what an unfinished one has written. */
  async abandon(by?: OrderedBy): Promise<ActionResult> {
    await this.#target.assertOpen();
    const { signal } = this.#stop;
    signal.throwIfAborted();
    if (this.#running !== undefined) {
      throw new StateFunError("busy", "an import is at work: wait for its end");
    }
    const running = this.#target.abandonImport(signal, by);
    this.#running = running;
    try {
      return await running;
    } finally {
      this.#running = undefined;
    }
  }

  /** Resolves when none is at work any more. */
  async stop(): Promise<void> {
    const text = "the runtime is closing: import the same export again to complete it";
    this.#stop.abort(new StateFunError("draining", text));
    await this.#running?.catch(() => {});
  }

  async #import(bytes: ExportBytes, options: Resolved): Promise<ImportSummary> {
    const spool = await createSpool(await this.#folder());
    try {
      return await this.#spooled(bytes, options, spool);
    } finally {
      await spool.close();
    }
  }

  async #spooled(bytes: ExportBytes, options: Resolved, spool: Spool): Promise<ImportSummary> {
    const { signal, replace, isDryRun, maxLineBytes } = options;
    const report = throttled(options.onProgress);
    const source = await readOnce(bytes, spool, {
      ...{ maxLineBytes, signal },
      digest: platformSha256(),
      onLine: (lines, size) => report({ phase: "check", lines, bytes: size }),
    });
    const isDuplicate = await this.#target.import({
      ...{ source, replace, isDryRun, signal },
      onLine(phase, lines) {
        // It was checked line by line before, and that was reported.
        if (phase === "write") report({ phase, lines, bytes: source.bytesRead() });
      },
    });
    return summaryOf(source, isDuplicate);
  }

  /** Beside the store, where there has to be room for its content anyway. */
  async #folder(): Promise<string | undefined> {
    const { store } = this.#target;
    const isFile = store !== undefined && isFileStore(store);
    const file = isFile ? store.backupSource()?.file : undefined;
    if (file === undefined) return undefined;
    const { dirname } = await import("node:path").catch(rethrow);
    return dirname(file);
  }
}

interface Resolved {
  readonly replace: boolean;
  readonly isDryRun: boolean;
  readonly maxLineBytes: number;
  readonly onProgress: ImportOptions["onProgress"];
  readonly signal: AbortSignal;
}

function resolved(
  request: ImportRequest,
): Omit<Resolved, "signal"> & Pick<ImportOptions, "signal"> {
  const known = ["replace", "maxLineBytes", "onProgress", "signal", "isDryRun"];
  assertKnownKeys(request, known, "the options of import");
  const {
    replace = false,
    isDryRun = false,
    maxLineBytes = defaultMaxLineBytes,
    onProgress,
    signal,
  } = request;
  if (typeof replace !== "boolean")
    throw invalid(`replace must be a boolean, got ${show(replace)}`);
  assertInteger(maxLineBytes, "maxLineBytes", 1);
  if (onProgress !== undefined) assertFunction(onProgress, "onProgress");
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw invalid(`signal must be an AbortSignal, got ${show(signal)}`);
  }
  return { replace, isDryRun, maxLineBytes, onProgress, ...(signal && { signal }) };
}

function assertBytes(bytes: unknown): asserts bytes is ExportBytes {
  if (bytes instanceof ReadableStream) return;
  if (isRecord(bytes) && Symbol.asyncIterator in bytes) return;
  const text = "an export must be a ReadableStream or an AsyncIterable of Uint8Array";
  throw invalid(`${text}, got ${show(bytes)}`);
}

function throttled(onProgress: ImportOptions["onProgress"]): (progress: ImportProgress) => void {
  let reportedAt = Number.NEGATIVE_INFINITY;
  let phase: ImportProgress["phase"] | undefined;
  return (progress) => {
    const now = performance.now();
    if (progress.phase === phase && now - reportedAt < reportEveryMs) return;
    reportedAt = now;
    phase = progress.phase;
    onProgress?.(progress);
  };
}

function summaryOf({ counts, sha256 }: WholeExport, isDuplicate: boolean): ImportSummary {
  const { partitions: _, ...rest } = counts;
  return { ...rest, sha256, isDuplicate };
}

/** Where it stands, bundlers for other platforms leave the import alone. */
function rethrow(error: unknown): never {
  throw error;
}
