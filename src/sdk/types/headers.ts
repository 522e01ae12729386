import { assertText, invalid, isRecord } from "../../internal/assert.ts";
import { bytesFromText, copyOf } from "../../internal/bytes.ts";
import { show } from "../../internal/show.ts";
import type { WireHeader } from "../../model/invocation.ts";

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
  readonly #list: readonly WireHeader[];

  constructor(list: readonly WireHeader[]) {
    this.#list = list;
  }

  get size(): number {
    return this.#list.length;
  }

  get(name: string): string | undefined {
    const bytes = this.getBytes(name);
    return bytes ? lenientText(bytes) : undefined;
  }

  getAll(name: string): readonly string[] {
    return this.#list.flatMap(({ key, value }) =>
      key === name && value !== undefined ? [lenientText(value)] : [],
    );
  }

  getBytes(name: string): Uint8Array | null | undefined {
    const header = this.#list.find(({ key }) => key === name);
    return header && (header.value ?? null);
  }

  has(name: string): boolean {
    return this.getBytes(name) !== undefined;
  }

  *[Symbol.iterator](): Iterator<readonly [string, Uint8Array | null]> {
    for (const { key, value } of this.#list) yield [key, value ?? null];
  }
}

function lenientText(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

export function headersFromWire(list: readonly WireHeader[]): MessageHeaders {
  return new HeaderList(list);
}

/** Copies what is mutable, so that a later change of the input is not a change of the message. */
export function headersToWire(input: HeadersInput): readonly WireHeader[] {
  if (!isRecord(input)) throw invalid(`headers must be an object, got ${show(input)}`);
  return Array.from(isIterable(input) ? input : Object.entries(input), (entry) => {
    if (!Array.isArray(entry)) {
      throw invalid(`headers must be pairs of a name and a value, got ${show(entry)}`);
    }
    const [key, given]: readonly [unknown, unknown] = entry as never;
    assertText(key, "the name of a header");
    if (given === null) return { key, value: undefined };
    if (given instanceof Uint8Array) return { key, value: copyOf(given) };
    assertText(given, `header ${show(key)}, unless it is a Uint8Array or null,`);
    return { key, value: bytesFromText(given) };
  });
}

type Entries = Iterable<readonly [string, string | Uint8Array | null]>;

function isIterable(input: HeadersInput): input is Entries {
  return Symbol.iterator in input;
}
