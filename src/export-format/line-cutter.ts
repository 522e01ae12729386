import { StateFunError } from "../internal/errors.ts";

const lineFeed = 10;

/** Cuts bytes at their line feeds, wherever the pieces end that they come in. Memory: one line and one piece. */
export class LineCutter {
  readonly #maxLineBytes: number;
  /** The beginning of a line whose end has not come. It grows by doubling: a line may come a byte at a time. */
  #begun = new Uint8Array(0);
  #size = 0;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Bytes of a line that has no end yet. */
  get rest(): number {
    return this.#size;
  }

  /** Lines that end in this piece, with their LF. They are read before the next piece is given. */
  *lines(piece: Uint8Array): Generator<Uint8Array, void, undefined> {
    let from = 0;
    for (let to = piece.indexOf(lineFeed); to >= 0; to = piece.indexOf(lineFeed, from)) {
      const part = piece.subarray(from, to + 1);
      from = to + 1;
      this.#assertFits(this.#size + part.length - 1);
      yield this.#size === 0 ? part : this.#ended(part);
    }
    this.#keep(piece.subarray(from));
  }

  #ended(part: Uint8Array): Uint8Array {
    this.#keep(part, 1);
    const line = this.#begun.subarray(0, this.#size);
    this.#size = 0;
    // One large line does not hold its memory for all that follow.
    if (this.#begun.length > 1_048_576) this.#begun = new Uint8Array(0);
    return line;
  }

  #keep(part: Uint8Array, end = 0): void {
    const size = this.#size + part.length;
    this.#assertFits(size - end);
    if (size > this.#begun.length) {
      const larger = new Uint8Array(Math.max(size, Math.min(this.#maxLineBytes, size * 2)));
      larger.set(this.#begun.subarray(0, this.#size));
      this.#begun = larger;
    }
    this.#begun.set(part, this.#size);
    this.#size = size;
  }

  #assertFits(bytes: number): void {
    if (bytes <= this.#maxLineBytes) return;
    const limit = this.#maxLineBytes.toLocaleString("en");
    throw new StateFunError(
      "limit_exceeded",
      `the line has more than ${limit} bytes: raise maxLineBytes if it is meant to`,
    );
  }
}
