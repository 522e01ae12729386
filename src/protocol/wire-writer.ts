import { isWellFormed, show } from "../internal/assert.ts";
import { bytesFromText } from "../internal/bytes.ts";
import { StateFunError } from "../internal/errors.ts";

/** Writes protobuf's wire format. Like every canonical proto3 encoder it writes nothing for a default value. */
export class WireWriter {
  #bytes = new Uint8Array(256);
  #position = 0;
  readonly #open: number[] = [];

  /** A copy of what was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#position);
  }

  /** A varint of a safe integer from 0 on. */
  varint(value: number): this {
    this.#reserve(8);
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) {
      this.#bytes[this.#position++] = (rest % 128) | 128;
    }
    this.#bytes[this.#position++] = rest;
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#position);
    this.#position += bytes.length;
    return this;
  }

  bytes(tag: number, bytes: Uint8Array): void {
    if (bytes.length > 0) this.varint(tag).varint(bytes.length).raw(bytes);
  }

  text(tag: number, text: string): void {
    const { length } = text;
    if (length === 0) return;
    this.varint(tag);
    // Most names are short and ASCII: written as they are read, without an encoder between.
    if (length < 48) {
      this.#reserve(length + 1);
      let at = this.#position;
      this.#bytes[at++] = length;
      for (let index = 0; index < length; index++) {
        const code = text.charCodeAt(index);
        if (code > 127) break;
        this.#bytes[at++] = code;
      }
      if (at - this.#position > length) {
        this.#position = at;
        return;
      }
    }
    if (!isWellFormed(text)) {
      throw new StateFunError("value_invalid", `${show(text)} has a lone surrogate, so no UTF-8`);
    }
    const bytes = bytesFromText(text);
    this.varint(bytes.length).raw(bytes);
  }

  /** Begins a message; `end` writes its length. A byte is kept for it, which most messages do with. */
  begin(tag: number): this {
    this.varint(tag).varint(0);
    this.#open.push(this.#position);
    return this;
  }

  end(): this {
    const from = this.#open.pop() ?? 0;
    const to = this.#position;
    const length = to - from;
    this.#position = from - 1;
    if (length > 127) {
      let size = 1;
      for (let rest = length; rest > 127; rest >>>= 7) size++;
      this.#position = to;
      this.#reserve(size);
      this.#bytes.copyWithin(from - 1 + size, from, to);
      this.#position = from - 1;
    }
    this.varint(length);
    this.#position += length;
    return this;
  }

  #reserve(count: number): void {
    const needed = this.#position + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#position));
    this.#bytes = grown;
  }
}

/** The wire has no field for this: fail here instead of losing it. */
export function unsupported(what: string, wire: string): StateFunError {
  return new StateFunError("unsupported_by_wire", `wire ${wire} cannot carry ${what}`);
}
