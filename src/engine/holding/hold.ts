import { StateFunError } from "../../internal/errors.ts";
import type { UnfinishedImport } from "../contract/moving.ts";
import type { EngineOptions } from "../contract/options.ts";
import { type ImportMark, type ImportMarks, readMarks } from "./marks.ts";

/**
 * Whether an engine runs anything. While it is held no step starts, no timer fires and nothing is delivered; what comes from
 * outside is stored, and waits. It is held for good where it was started so, and for as long as an import is not complete, over
 * restarts too: what runs on half of a state would be wrong.
 */
export class Hold {
  readonly isPaused: boolean;
  /** What was imported into this store. */
  marks: ImportMarks = { done: [], unfinished: undefined };
  /** An import is at work in this process. */
  isTaken = false;
  /** Imports that were at work in this run: what was counted before is counted anew. */
  imports = 0;

  constructor(isPaused: boolean) {
    this.isPaused = isPaused;
  }

  get isHeld(): boolean {
    return this.isPaused || this.#isImporting;
  }

  /** The import that has begun to write and is not complete. */
  get unfinished(): ImportMark | undefined {
    return this.marks.unfinished;
  }

  /** What holds it, for health. */
  health(): { readonly isPaused?: boolean; readonly unfinishedImport?: UnfinishedImport } {
    const { isPaused, unfinished } = this;
    return {
      ...(isPaused && { isPaused }),
      ...(unfinished && {
        unfinishedImport: { sha256: unfinished.sha256, line: unfinished.line },
      }),
    };
  }

  /** Finds out at the start whether an import was interrupted, and reports it. */
  load({ store, onError }: Pick<EngineOptions, "store" | "onError">): void {
    this.marks = readMarks(store);
    const { unfinished } = this;
    if (unfinished === undefined) return;
    const text = `import ${unfinished.sha256} is unfinished, and nothing runs until it is complete: import the same export again, or abandon it`;
    onError(new StateFunError("conflict", text), {});
  }

  /** Throws what helps later: an import is at work, or has to be completed. */
  assertNoImport(what: string): void {
    if (!this.#isImporting) return;
    throw new StateFunError("unavailable", `an import is not complete, so ${what}: try again`);
  }

  get #isImporting(): boolean {
    return this.isTaken || this.unfinished !== undefined;
  }
}
