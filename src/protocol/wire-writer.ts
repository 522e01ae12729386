import { isWellFormed } from "../internal/assert.ts";
import { bytesFromText } from "../internal/bytes.ts";
import { StateFunError } from "../internal/errors.ts";
import { show } from "../internal/show.ts";

/** The buffer of the last writer that finished. Most writers finish before the next one begins. */
let spare: Uint8Array<ArrayBuffer> | undefined;
const maxSpareBytes = 65_536;
const nothing: Uint8Array<ArrayBuffer> = /* @__PURE__ */ new Uint8Array(0);

/** Writes protobuf's wire format. Like every canonical proto3 encoder it writes nothing for a default value. */
export class WireWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #position = 0;
  readonly #open: number[] = [];

  constructor() {
    this.#bytes = spare ?? new Uint8Array(1_024);
    spare = undefined;
  }

  /** A copy of what was written. The writer is done with. */
  finish(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes;
    this.#bytes = nothing;
    if (bytes.length <= maxSpareBytes) spare = bytes;
    return bytes.slice(0, this.#position);
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

  /** A signed integer; a negative one takes ten bytes, as everywhere in protobuf. */
  int64(tag: number, value: number, what: string): this {
    if (!Number.isSafeInteger(value)) {
      const text = `${what} must be a safe integer, got ${show(value)}`;
      throw new StateFunError("invalid_argument", text);
    }
    if (value === 0) return this;
    this.varint(tag);
    if (value > 0) return this.varint(value);
    // Ten bytes, of which the last one is the sign alone.
    for (let bits = BigInt.asUintN(64, BigInt(value)); bits > 0n; bits >>= 7n) {
      this.raw(Uint8Array.of(Number(bits & 127n) | (bits > 127n ? 128 : 0)));
    }
    return this;
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

  text(tag: number, text: string): this {
    const { length } = text;
    if (length === 0) return this;
    this.varint(tag);
    // Most names are short and ASCII: faster without an encoder between.
    if (length < 64) {
      this.#reserve(length + 1);
      const bytes = this.#bytes;
      let at = this.#position;
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
    const encoded = bytesFromText(text);
    return this.varint(encoded.length).raw(encoded);
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
