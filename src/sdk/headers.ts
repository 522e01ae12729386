import { assertText, invalid, isRecord, show } from "../internal/assert.ts";
import { bytesFromText, lossyTextFromBytes } from "../internal/bytes.ts";
import type { WireHeader } from "../model/invocation.ts";

/**
 * Headers of a message: not the global `Headers`. Order and duplicates are kept, names are case
 * sensitive, a value may be null. Reading never throws: text that is not UTF-8 has U+FFFD in it.
 */
export interface MessageHeaders
  extends Iterable<readonly [name: string, value: Uint8Array | null]> {
  readonly size: number;
  /** The first value, as UTF-8 text; undefined when there is none or it is null. */
  get(name: string): string | undefined;
  /** All values but nulls, as UTF-8 text. */
  getAll(name: string): readonly string[];
  /** The first value; null is a null value, undefined is none. */
  getBytes(name: string): Uint8Array | null | undefined;
  has(name: string): boolean;
}

export type HeadersInput =
  | MessageHeaders
  | Readonly<Record<string, string | Uint8Array | null>>
  | Iterable<readonly [string, string | Uint8Array | null]>;

class HeaderList implements MessageHeaders {
  readonly list: readonly WireHeader[];

  constructor(list: readonly WireHeader[]) {
    this.list = list;
  }

  get size(): number {
    return this.list.length;
  }

  get(name: string): string | undefined {
    const value = this.getBytes(name);
    return value ? lossyTextFromBytes(value) : undefined;
  }

  getAll(name: string): readonly string[] {
    return this.list.flatMap(({ key, value }) =>
      key === name && value !== undefined ? [lossyTextFromBytes(value)] : [],
    );
  }

  getBytes(name: string): Uint8Array | null | undefined {
    const header = this.list.find(({ key }) => key === name);
    return header && (header.value ?? null);
  }

  has(name: string): boolean {
    return this.list.some(({ key }) => key === name);
  }

  *[Symbol.iterator](): Iterator<readonly [string, Uint8Array | null]> {
    for (const { key, value } of this.list) yield [key, value ?? null];
  }
}

export function headersFromWire(list: readonly WireHeader[]): MessageHeaders {
  return new HeaderList(list);
}

/** Copies what is mutable, so that a later change of the input is not a change of the message. */
export function headersToWire(input: HeadersInput): readonly WireHeader[] {
  if (input instanceof HeaderList) return input.list;
  if (!isRecord(input)) throw invalid(`headers must be an object, got ${show(input)}`);
  return Array.from(isIterable(input) ? input : Object.entries(input), ([key, value]) => {
    assertText(key, "the name of a header");
    if (typeof value === "string") {
      assertText(value, `header ${show(key)}`);
      return { key, value: bytesFromText(value) };
    }
    if (value === null) return { key, value: undefined };
    if (value instanceof Uint8Array) return { key, value: value.slice() };
    throw invalid(
      `header ${show(key)} must be a string, a Uint8Array or null, got ${show(value)}`,
    );
  });
}

type Entries = Iterable<readonly [string, string | Uint8Array | null]>;

function isIterable(input: HeadersInput): input is Entries {
  return Symbol.iterator in input;
}
