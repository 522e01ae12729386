import { invalid } from "../../../internal/assert.ts";
import { copyOf, textFromBytes } from "../../../internal/bytes.ts";
import { show } from "../../../internal/show.ts";
import type { Decoder } from "../../../sdk/types/type.ts";

/** A record's value as UTF-8 text. To `targets` it goes as `io.statefun.types/string`. */
export const utf8: Decoder<string> = {
  typename: "io.statefun.types/string",
  decode: textFromBytes,
};

/** A record's value as bytes. To `targets` it goes under the typename `statefun/raw`. */
export const raw: Decoder<Uint8Array> = { typename: "statefun/raw", decode: copyOf };

interface OptionalDecoder<V> extends Decoder<V | undefined> {
  readonly "~optional": Decoder<V>;
}

/**
 * Reads a tombstone (a record without a value) as undefined; without `optional` a tombstone is an invalid record.
 * To `targets` it goes as a message without a value.
 */
export function optional<V>(decoder: Decoder<V>): Decoder<V | undefined> {
  if (typeof Object(decoder).decode !== "function") {
    throw invalid(`optional takes a type or another decoder, got ${show(decoder)}`);
  }
  const made: OptionalDecoder<V> = {
    typename: decoder.typename,
    decode: (bytes) => decoder.decode(bytes),
    "~optional": decoder,
  };
  return made;
}

/** What reads the values that are there; itself unless `optional` made it. */
export function requiredOf<V>(decoder: Decoder<V>): Decoder<V> | undefined {
  // Only `optional` sets it.
  return (decoder as Partial<OptionalDecoder<V>>)["~optional"];
}
