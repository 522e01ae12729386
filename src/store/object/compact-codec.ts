import { bytesFromText, copyOf, joined, textFromBytes } from "../../internal/bytes.ts";
import type { WireAddress, WireValue } from "../../model/invocation.ts";
import { bytesFromHeaders, headersFromBytes } from "../header-bytes.ts";
import { damaged } from "./compact-errors.ts";
import { assertNumber, assertString } from "./compact-keys.ts";

/**
 * The data of a row, piece by piece. A number takes seven bits a byte, the least significant first, with the highest
 * bit where more come; a text follows its length. What may be missing follows a 1, or is a 0.
 */
export class RecordWriter {
  readonly #pieces: Uint8Array[] = [];

  number(value: number): this {
    assertNumber(value);
    const bytes: number[] = [];
    let rest = value;
    while (rest >= 0x80) {
      bytes.push((rest % 0x80) + 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.#pieces.push(Uint8Array.of(...bytes, rest));
    return this;
  }

  text(value: string): this {
    assertString(value);
    return this.bytes(bytesFromText(value));
  }

  bytes(value: Uint8Array): this {
    this.number(value.length);
    this.#pieces.push(value);
    return this;
  }

  optional<T>(value: T | undefined, write: (value: T) => void): this {
    this.number(value === undefined ? 0 : 1);
    if (value !== undefined) write(value);
    return this;
  }

  optionalText(value: string | undefined): this {
    return this.optional(value, (text) => this.text(text));
  }

  address({ typename, id }: WireAddress): this {
    return this.text(typename).text(id);
  }

  optionalAddress(value: WireAddress | undefined): this {
    return this.optional(value, (address) => this.address(address));
  }

  /** Comes last: its bytes are the rest. */
  value({ typename, bytes, headers }: WireValue): this {
    this.text(typename).optional(bytesFromHeaders(headers), (all) => this.bytes(all));
    return this.optional(bytes, (rest) => this.#pieces.push(rest));
  }

  done(): Uint8Array {
    return joined(this.#pieces);
  }
}

/** Reads what the writer wrote, in the same order. All it gives is the caller's own. */
export class RecordReader {
  readonly #data: Uint8Array;
  #at = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#data.length;
  }

  number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.#data[this.#at++];
      if (byte === undefined) throw damaged("number", undefined);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
    }
    assertNumber(value);
    return value;
  }

  text(): string {
    return textFromBytes(this.#view());
  }

  bytes(): Uint8Array {
    return this.#view().slice();
  }

  /** A record within this one, written as bytes. */
  part(): RecordReader {
    return new RecordReader(this.#view());
  }

  #view(): Uint8Array {
    const from = this.#at;
    const length = this.number();
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#data.length) throw damaged(`length at ${from}`, length);
    return this.#data.subarray(start, this.#at);
  }

  optional<T>(read: () => T): T | undefined {
    return this.number() === 0 ? undefined : read();
  }

  optionalText(): string | undefined {
    return this.optional(() => this.text());
  }

  address(): WireAddress {
    return { typename: this.text(), id: this.text() };
  }

  optionalAddress(): WireAddress | undefined {
    return this.optional(() => this.address());
  }

  value(): WireValue {
    const typename = this.text();
    const headers = headersFromBytes(this.optional(() => this.bytes()));
    return {
      typename,
      headers,
      bytes: this.optional(() => copyOf(this.#data.subarray(this.#at))),
    };
  }
}
