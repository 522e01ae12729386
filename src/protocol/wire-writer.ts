import { isWellFormed } from "../internal/assert.ts";
import { bytesFromText, encodeInto, noBytes } from "../internal/bytes.ts";
import { StateFunError } from "../internal/errors.ts";
import { show } from "../internal/show.ts";

/** The buffer of the last writer that finished. Most writers finish before the next one begins. */
let spare: Uint8Array<ArrayBuffer> | undefined;
const maxSpareBytes = 65_536;

/** Writes protobuf's wire format. Like every canonical proto3 encoder it writes nothing for a default value. */
export class WireWriter {
  #bytes: Uint8Array<ArrayBuffer> = spare ?? new Uint8Array(1_024);
  #position = 0;
  readonly #open: number[] = [];

  constructor() {
    spare = undefined;
  }

  /** A copy of what was written. The writer is done with. */
  finish(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes;
    this.#bytes = noBytes;
    if (bytes.length <= maxSpareBytes) spare = bytes;
    return bytes.slice(0, this.#position);
  }

  /** A varint of a safe integer; a negative one takes ten bytes, as everywhere in protobuf. */
  varint(value: number): this {
    this.#reserve(10);
    let rest = value;
    for (let left = 9; rest > 127 || (rest < 0 && left > 0); left--) {
      this.#bytes[this.#position++] = (rest & 127) | 128;
      rest = Math.floor(rest / 128);
    }
    // The tenth byte is the sign alone.
    this.#bytes[this.#position++] = Math.abs(rest);
    return this;
  }

  int64(tag: number, value: number, what: string): this {
    if (!Number.isSafeInteger(value)) {
      const text = `${what} must be a safe integer, got ${show(value)}`;
      throw new StateFunError("invalid_argument", text);
    }
    return value === 0 ? this : this.varint(tag).varint(value);
  }

  raw(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#position);
    this.#position += bytes.length;
    return this;
  }

  bytes(tag: number, bytes: Uint8Array): this {
    return bytes.length > 0 ? this.varint(tag).varint(bytes.length).raw(bytes) : this;
  }

  /** The tag has one byte. */
  text(tag: number, text: string): this {
    const { length } = text;
    if (length === 0) return this;
    // Most names are short and ASCII: faster without an encoder between.
    if (length < 64) {
      this.#reserve(length + 2);
      const bytes = this.#bytes;
      let at = this.#position;
      bytes[at++] = tag;
      bytes[at++] = length;
      let code = 0;
      for (let index = 0; index < length && code < 128; index++) {
        code = text.charCodeAt(index);
        bytes[at++] = code;
      }
      if (code < 128) {
        this.#position = at;
        return this;
      }
    }
    if (!isWellFormed(text)) {
      throw new StateFunError("value_invalid", `${show(text)} has a lone surrogate`);
    }
    // A unit may take three bytes, and so much space is not kept for the longest ones.
    if (length > maxSpareBytes) return this.bytes(tag, bytesFromText(text));
    this.begin(tag).#reserve(length * 3);
    this.#position += encodeInto(text, this.#bytes.subarray(this.#position));
    return this.end();
  }

  /** Begins a message; `end` writes its length. A byte is kept for it, which most messages do with. */
  begin(tag: number): this {
    this.varint(tag).varint(0).#open.push(this.#position);
    return this;
  }

  end(): this {
    const from = this.#open.pop() ?? 0;
    const length = this.#position - from;
    if (length < 128) {
      this.#bytes[from - 1] = length;
      return this;
    }
    // Writing the length behind the message tells how many bytes it takes.
    this.varint(length);
    const more = this.#position - from - length - 1;
    this.#bytes.copyWithin(from + more, from, from + length);
    this.#position = from - 1;
    this.varint(length).#position += length;
    return this;
  }

  #reserve(count: number): void {
    const bytes = this.#bytes;
    if (this.#position + count > bytes.length) {
      this.#bytes = new Uint8Array(bytes.length * 2 + count);
      this.#bytes.set(bytes);
    }
  }
}
