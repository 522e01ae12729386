import { isWellFormed, show } from "../internal/assert.ts";
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

  bytes(tag: number, bytes: Uint8Array): this {
    return bytes.length > 0 ? this.varint(tag).varint(bytes.length).raw(bytes) : this;
  }

  text(tag: number, text: string): this {
    if (text === "") return this;
    this.begin(tag).#reserve(text.length * 3);
    const from = this.#position;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) {
        if (!isWellFormed(text)) {
          throw new StateFunError("value_invalid", `${show(text)} has a lone surrogate`);
        }
        const rest = this.#bytes.subarray(from);
        this.#position = from + new TextEncoder().encodeInto(text, rest).written;
        break;
      }
      this.#bytes[this.#position++] = code;
    }
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
