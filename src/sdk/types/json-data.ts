import { invalid, isRecord } from "../../internal/assert.ts";
import { bytesFromText, noBytes, textFromBytes } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import { reasonOf } from "../../internal/show.ts";
import { coded } from "./coded.ts";
import { assertPlain, clonePlain, copyPlain, isSame, type PlainData } from "./plain-data.ts";
import type { KeptValue } from "./type-traits.ts";

export type Validate = (value: unknown) => unknown;

/** A copy that its receiver would get; `value_invalid` with the path of what JSON does not give back. */
export function copyJson(typename: string, value: unknown): PlainData {
  return copyPlain(value, (reason) => refused(typename, reason));
}

/**
 * A value of a state as JSON, without writing it yet. A schema may drop keys, order them and add defaults; but
 * what is stored must be what is read, else each read would change the state a little more.
 */
export function keepJson(
  typename: string,
  value: unknown,
  validate: Validate | undefined,
  isAssigned: boolean,
): KeptValue {
  if (validate === undefined && isAssigned) return borrowed(typename, value);
  const plain = copyJson(typename, value);
  if (validate === undefined) return new JsonValue(typename, plain, undefined);
  const output = validate(plain.data);
  if (isSame(output, plain.data, true)) return new JsonValue(typename, plain, validate);
  const stored = copyJson(typename, output);
  const kept = new JsonValue(typename, stored, validate);
  if (isSame(kept.open(), stored.data, true)) return kept;
  throw invalid(`json ${typename}: the schema transforms, which a state cannot undo`);
}

/** What still belongs to its handler, checked. */
function borrowed(typename: string, data: unknown): KeptValue {
  const facts = assertPlain(data, (reason) => refused(typename, reason));
  const kept = new JsonValue(typename, { ...facts, data }, undefined);
  kept.open(true);
  return kept;
}

/** A value of a state as its bytes say it, read when it is asked for. */
export function readJson(
  typename: string,
  bytes: Uint8Array,
  validate: Validate | undefined,
): KeptValue {
  return new JsonValue(typename, bytes, validate);
}

export function parseJson(typename: string, bytes: Uint8Array): unknown {
  return coded(typename, "expected JSON", "other bytes", () => JSON.parse(textFromBytes(bytes)));
}

class JsonValue implements KeptValue {
  readonly typename: string;
  readonly headers: readonly [] = [];
  readonly #validate: Validate | undefined;
  #bytes: Uint8Array | undefined;
  #text: string | undefined;
  /** Nobody else has it; of bytes it is made when their text alone does not do. */
  #plain: PlainData | undefined;
  #isOpened = false;
  /** A handler has the data itself: it counts as changed, so that it is copied when it is settled. */
  #isLent = false;

  constructor(typename: string, of: PlainData | Uint8Array, validate: Validate | undefined) {
    this.typename = typename;
    this.#validate = validate;
    if (of instanceof Uint8Array) this.#bytes = of;
    else this.#plain = of;
  }

  get maxBytes(): number {
    return this.#plain?.maxBytes ?? 0;
  }

  get bytes(): Uint8Array {
    this.#bytes ??= bytesFromText(this.utf8 ?? "");
    return this.#bytes;
  }

  /** Undefined for one that has bytes. */
  get utf8(): string | undefined {
    if (this.#bytes !== undefined) return undefined;
    this.#text ??= textOf(this.typename, this.#data());
    return this.#text;
  }

  open(isLast = false): unknown {
    if (this.#validate !== undefined) return this.#validate(this.#opened());
    if (!isLast || this.#plain === undefined) return this.#opened();
    this.#isLent = true;
    return this.#plain.data;
  }

  holds(value: unknown): boolean {
    if (this.#isLent) return false;
    if (this.#plain === undefined && isWrittenAs(value, this.#text)) return true;
    const { data } = this.#data();
    if (this.#validate === undefined) return isSame(value, data);
    // What a schema has read may have more than what is kept, a default for one.
    return isSame(value, data, true) || isSame(value, this.open(), true);
  }

  /** The first reader gets what its text says, the next ones a copy of that. */
  #opened(): unknown {
    const isFirst = !this.#isOpened && this.#plain === undefined;
    this.#isOpened = true;
    return isFirst ? this.#parsed() : clonePlain(this.#data().data);
  }

  #data(): PlainData {
    this.#plain ??= { data: this.#parsed(), maxBytes: 0, hasNegativeZero: false };
    return this.#plain;
  }

  #parsed(): unknown {
    return coded(this.typename, "expected JSON", "other bytes", () => {
      this.#text ??= textFromBytes(this.#bytes ?? noBytes);
      return JSON.parse(this.#text);
    });
  }
}

/** Whether this very text is that of a value; may say no where its reader gets the same. */
function isWrittenAs(value: unknown, text: string | undefined): boolean {
  try {
    // JSON.stringify loses what is refused by the other, and the sign of -0.
    return !assertPlain(value, Error).hasNegativeZero && JSON.stringify(value) === text;
  } catch {
    return false;
  }
}

export function textOf(typename: string, { data, hasNegativeZero }: PlainData): string {
  try {
    return hasNegativeZero ? textWithNegativeZero(data) : JSON.stringify(data);
  } catch (error) {
    // A text has an end: half a gigabyte.
    throw refused(typename, `cannot be JSON (${reasonOf(error)})`, error);
  }
}

/** `JSON.stringify` writes -0 as 0, though JSON has it and `JSON.parse` gives it back. */
function textWithNegativeZero(data: unknown): string {
  if (Object.is(data, -0)) return "-0";
  if (Array.isArray(data)) return `[${data.map(textWithNegativeZero).join(",")}]`;
  if (!isRecord(data)) return JSON.stringify(data);
  const parts = Object.entries(data).map(
    ([key, part]) => `${JSON.stringify(key)}:${textWithNegativeZero(part)}`,
  );
  return `{${parts.join(",")}}`;
}

function refused(typename: string, reason: string, cause?: unknown): StateFunError {
  return new StateFunError("value_invalid", `${typename}: ${reason}`, { cause });
}
