import { copyOf, noBytes } from "../../internal/bytes.ts";
import type { WireAddress, WireValue } from "../../model/invocation.ts";
import type { WireReader } from "../../protocol/wire-reader.ts";
import { WireWriter } from "../../protocol/wire-writer.ts";
import { bytesFromHeaders, readHeaders } from "../header-bytes.ts";
import { readStored, storableText } from "../stored-bytes.ts";
import { damaged } from "./object-errors.ts";
import { assertNumber, assertString } from "./object-keys.ts";

/**
 * The data of a row: a message of proto/store/records.proto, field by field. What a method writes is there even where it
 * is empty or 0; `optional…` leaves out what is undefined. A record ends with a field that it always has, so one that
 * was cut off is never taken for a shorter one.
 *
 * Every record with a value has it in three fields: its typename is 5, its bytes are 6, and its headers are 7.
 */
export class RecordWriter {
  readonly #wire = new WireWriter();

  number(field: number, value: number): this {
    assertNumber(value);
    this.#wire.varint(field * 8).varint(value);
    return this;
  }

  text(field: number, value: string): this {
    assertString(value);
    if (value === "") return this.bytes(field, noBytes);
    this.#wire.text(field * 8 + 2, storableText(value));
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#wire
      .varint(field * 8 + 2)
      .varint(value.length)
      .raw(value);
    return this;
  }

  optionalText(field: number, value: string | undefined): this {
    return value === undefined ? this : this.text(field, value);
  }

  /** Left out where it is 0. */
  count(field: number, value: number): this {
    return value === 0 ? this : this.number(field, value);
  }

  /** Two fields, the id behind the typename. */
  address(field: number, { typename, id }: WireAddress): this {
    return this.text(field, typename).text(field + 1, id);
  }

  value({ typename, bytes, headers }: WireValue): this {
    const headerBytes = bytesFromHeaders(headers);
    if (headerBytes !== undefined) this.bytes(7, headerBytes);
    if (bytes !== undefined) this.bytes(6, bytes);
    return this.text(5, typename);
  }

  /** The fields of a record, as they are and in their order, those of later versions as well, `without` some. */
  fieldsOf(data: Uint8Array, without: readonly number[]): this {
    return readStored(data, (reader, end) => {
      for (let from = 0, tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
        reader.skip(tag, end);
        if (!without.includes(tag >>> 3)) this.#wire.raw(data.subarray(from, reader.position));
        from = reader.position;
      }
      return this;
    });
  }

  done(): Uint8Array {
    return this.#wire.finish();
  }
}

/** No record has a greater number of a field: what a damaged row says cannot make a table of it. */
const maxField = 31;

/**
 * Reads what the writer wrote. Fields that it is not asked for are skipped, and of one that comes twice the last one
 * counts. All it gives is the caller's own, except a `view`.
 */
export class RecordReader {
  readonly #wire: WireReader;
  readonly #end: number;
  /** By the number of a field: its number, or where its length is, as a negative one. */
  readonly #found: number[] = [];

  /** Of the bytes from the reader's position to `end`. */
  constructor(wire: WireReader, end: number) {
    this.#wire = wire;
    this.#end = end;
    for (let tag = wire.next(end); tag !== 0; tag = wire.next(end)) {
      const field = tag >>> 3;
      const type = tag & 7;
      if (field > maxField) wire.skip(tag, end);
      else if (type === 0) this.#found[field] = wire.varint();
      else if (type === 2) {
        this.#found[field] = -wire.position;
        wire.position = wire.fieldEnd(end);
      } else wire.skip(tag, end);
    }
  }

  number(field: number): number {
    const value = this.#found[field];
    if (value === undefined || value < 0) throw missing(field);
    assertNumber(value);
    return value;
  }

  optionalNumber(field: number): number | undefined {
    return this.#has(field) ? this.number(field) : undefined;
  }

  text(field: number): string {
    return this.#at(field).text(this.#end);
  }

  bytes(field: number): Uint8Array {
    return copyOf(this.view(field));
  }

  /** Of the bytes that are read: not the caller's own. */
  view(field: number): Uint8Array {
    return this.#at(field).slice(this.#end);
  }

  optionalText(field: number): string | undefined {
    return this.#has(field) ? this.text(field) : undefined;
  }

  /** 0 where it was left out. */
  count(field: number): number {
    return this.#has(field) ? this.number(field) : 0;
  }

  address(field: number): WireAddress {
    return { typename: this.text(field), id: this.text(field + 1) };
  }

  optionalAddress(field: number): WireAddress | undefined {
    return this.#has(field) || this.#has(field + 1) ? this.address(field) : undefined;
  }

  value(): WireValue {
    return {
      typename: this.text(5),
      headers: this.#has(7) ? readHeaders(this.#at(7), this.#wire.fieldEnd(this.#end)) : [],
      bytes: this.#has(6) ? this.bytes(6) : undefined,
    };
  }

  #has(field: number): boolean {
    return this.#found[field] !== undefined;
  }

  /** The reader, where the length of a field is. */
  #at(field: number): WireReader {
    const at = this.#found[field];
    if (at === undefined || at >= 0) throw missing(field);
    this.#wire.position = -at;
    return this.#wire;
  }
}

export function recordIn(data: Uint8Array): RecordReader {
  return readStored(data, (wire, end) => new RecordReader(wire, end));
}

function missing(field: number): Error {
  return damaged(`field ${field}`, undefined);
}
