import { type FSWatcher, watch } from "node:fs";
import { dirname, relative } from "node:path";
import { type SeenFile, signatureOf } from "./loaded-files.ts";

/** An editor that writes a file in two steps is waited for. */
const settleMs = 80;

/** Folders that were replaced, and file systems that report no changes, are looked at now and then. */
const lookMs = 1_000;

/**
 * Knows when a file is not the one that was loaded. It watches folders, because editors replace files, and
 * files that are missing may come.
 */
export class Watch {
  readonly #signatures = new Map<string, string>();
  readonly #current = new Set<string>();
  readonly #folders = new Map<string, FSWatcher>();
  readonly #looks = setInterval(() => this.#compare(), lookMs);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #onChange: ((path: string) => void) | undefined;

  /** A run begins, which reads all files again. */
  begin(files: readonly string[]): void {
    this.#current.clear();
    for (const path of this.#signatures.keys()) this.#signatures.set(path, signatureOf(path));
    for (const path of files) this.add({ path, signature: signatureOf(path) });
  }

  /** A file of this run, as it was when it was loaded. */
  add({ path, signature }: SeenFile): void {
    this.#current.add(path);
    this.#signatures.set(path, signature);
    this.#follow(dirname(path));
    this.#soon();
  }

  /** The run has loaded what it needs: files that only an earlier run needed are forgotten. */
  settle(): void {
    for (const path of this.#signatures.keys()) {
      if (!this.#current.has(path)) this.#signatures.delete(path);
    }
  }

  /** Resolves with the next file that is another one than what was loaded. One waits at a time. */
  changed(): Promise<string> {
    return new Promise((resolve) => {
      this.#onChange = resolve;
      this.#soon();
    });
  }

  close(): void {
    clearInterval(this.#looks);
    clearTimeout(this.#timer);
    for (const folder of this.#folders.values()) folder.close();
    this.#onChange = undefined;
  }

  #follow(folder: string): void {
    if (this.#folders.has(folder)) return;
    try {
      const watcher = watch(folder, () => this.#soon());
      // A folder that goes away takes its watcher along.
      watcher.on("error", () => this.#forget(folder));
      this.#folders.set(folder, watcher);
    } catch {
      // Not there: it is followed when a file in it is loaded.
    }
  }

  #forget(folder: string): void {
    this.#folders.get(folder)?.close();
    this.#folders.delete(folder);
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#compare(), settleMs);
  }

  #compare(): void {
    for (const [path, signature] of this.#signatures) {
      if (signatureOf(path) === signature) continue;
      this.#onChange?.(relative(".", path));
      return;
    }
  }
}
