import { bytesFromText } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import type { Holder, StreamLimit } from "./stream-limit.ts";

/** How long a reader may read nothing: a network that is gone says no word. */
const stallMs = 30_000;
/** What is handed on at one time. */
const pieceBytes = 65_536;

type Hold = (bytes: Uint8Array) => void;

export interface HeldStreamParts {
  readonly room: StreamLimit;
  /** The next bytes, which are held from `hold` on until they are read; undefined at the end. */
  readonly next: (signal: AbortSignal, hold: Hold) => Promise<Uint8Array | undefined>;
  /** The last comment for a stalled reader; without it the body ends abruptly. */
  readonly farewell?: string;
  /** Whether it has something to hold from the start. */
  readonly first?: Uint8Array;
  readonly onEnd?: () => void;
}

/** A body that is made as it is read, in pieces, and that counts in the room until then. */
export function heldStream(parts: HeldStreamParts): ReadableStream<Uint8Array> {
  const source = new HeldSource(parts);
  return new ReadableStream<Uint8Array>(source, { highWaterMark: 0 });
}

class HeldSource implements Holder {
  readonly #parts: HeldStreamParts;
  readonly #over = new AbortController();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #rest: Uint8Array | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readAt: number = performance.now();

  constructor(parts: HeldStreamParts) {
    this.#parts = parts;
    this.#rest = parts.first;
    parts.room.enter(this);
    // A response that is made and never read would keep its place for ever.
    this.#expectReader();
  }

  get heldBytes(): number {
    return this.#rest?.length ?? 0;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = controller;
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    clearTimeout(this.#timer);
    this.readAt = performance.now();
    this.#rest ??= await this.#next();
    const rest = this.#rest;
    if (rest === undefined) {
      if (!this.#over.signal.aborted) controller.close();
      this.#end();
      return;
    }
    const isLast = rest.length <= pieceBytes;
    this.#rest = isLast ? undefined : rest.subarray(pieceBytes);
    controller.enqueue(isLast ? rest : rest.slice(0, pieceBytes));
    if (isLast) this.#parts.room.released();
    this.#expectReader();
  }

  cancel(): void {
    this.#end();
  }

  endStalled(): void {
    const { farewell } = this.#parts;
    const controller = this.#controller;
    if (this.#over.signal.aborted) return;
    this.#end();
    if (farewell === undefined) {
      const text = `nothing was read for ${Math.round(performance.now() - this.readAt)} ms`;
      controller?.error(new StateFunError("timed_out", text));
    } else {
      controller?.enqueue(bytesFromText(farewell));
      controller?.close();
    }
  }

  async #next(): Promise<Uint8Array | undefined> {
    try {
      return await this.#parts.next(this.#over.signal, (bytes) => {
        if (!this.#over.signal.aborted) this.#rest = bytes;
      });
    } catch {
      // The engine has ended, or the reader has gone.
      return undefined;
    }
  }

  #expectReader(): void {
    this.#timer = setTimeout(() => this.endStalled(), stallMs);
    // It keeps no process alive, where a timer could.
    Object(this.#timer).unref?.();
  }

  #end(): void {
    clearTimeout(this.#timer);
    if (this.#over.signal.aborted) return;
    this.#rest = undefined;
    this.#over.abort();
    this.#parts.room.leave(this);
    this.#parts.onEnd?.();
  }
}
