import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const source = join(import.meta.dirname, "disk.c");
const page = 4_096;

/** `disk.c` as a library; undefined without a compiler, or on a system that loads none before a program. */
export function compiledDisk(folder: string): string | undefined {
  if (process.platform !== "linux") return undefined;
  const library = join(folder, "disk.so");
  try {
    const args = ["-shared", "-fPIC", "-O2", "-o", library, source, "-ldl", "-lpthread"];
    execFileSync("cc", args, { stdio: "ignore" });
    return library;
  } catch {
    return undefined;
  }
}

/** A disk of a file system of its own, which loses what was not flushed. */
export class Disk {
  readonly root: string = mkdtempSync(join(tmpdir(), "statefun-power-"));
  readonly library: string | undefined = compiledDisk(this.root);
  #failures = 0;
  #files = "";
  #kept = "";

  constructor() {
    this.#begin();
  }

  /** Where a program has its files. */
  get files(): string {
    return this.#files;
  }

  /** For a process that works on it. */
  get environment(): Record<string, string> {
    const { library = "" } = this;
    return { LD_PRELOAD: library, DISK_FILES: this.#files, DISK_KEPT: this.#kept };
  }

  /** What is on the disk of a file now. */
  kept(name: string): Buffer | undefined {
    try {
      return readFileSync(join(this.#kept, name));
    } catch {
      return undefined;
    }
  }

  /**
   * The power fails: of what was not flushed there is by chance some, a page at a time and in any order. Every process
   * that used the disk has ended.
   */
  fail(random: () => number): void {
    const [files, kept] = [this.#files, this.#kept];
    const names = (this.kept("entries")?.toString() ?? "").split("\n");
    this.#begin();
    const share = [0, 0.5, 0.95][this.#failures % 3] ?? 0;
    for (const name of names.filter((one) => /\.db$|-wal$|-journal$/.test(one))) {
      const bytes = mixed(read(join(kept, name)), read(join(files, name)), () => random() < share);
      for (const folder of [this.#files, this.#kept]) writeFileSync(join(folder, name), bytes);
    }
    writeFileSync(join(this.#kept, "entries"), readdirSync(this.#files).join("\n"));
    rmSync(files, { recursive: true });
    rmSync(kept, { recursive: true });
  }

  /** All that is there is on the disk: a program has ended as it should. */
  settle(): void {
    rmSync(this.#kept, { recursive: true });
    mkdirSync(this.#kept);
    const names = readdirSync(this.#files);
    for (const name of names) copyFileSync(join(this.#files, name), join(this.#kept, name));
    writeFileSync(join(this.#kept, "entries"), names.join("\n"));
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }

  #begin(): void {
    this.#failures += 1;
    this.#files = join(this.root, `files-${this.#failures}`);
    this.#kept = join(this.root, `kept-${this.#failures}`);
    mkdirSync(this.#files);
    mkdirSync(this.#kept);
  }
}

function mixed(kept: Buffer, written: Buffer, isThere: () => boolean): Buffer {
  const bytes = Buffer.from(kept);
  let whole = bytes;
  for (let at = 0; at < written.length; at += page) {
    const piece = written.subarray(at, at + page);
    if (piece.equals(whole.subarray(at, at + page)) || !isThere()) continue;
    if (at + piece.length > whole.length) {
      whole = Buffer.concat([whole, Buffer.alloc(at + piece.length - whole.length)]);
    }
    piece.copy(whole, at);
  }
  return whole;
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}
