import { isRecord } from "../../internal/assert.ts";
import { reasonOf } from "../../internal/show.ts";
import { at } from "../../internal/value-path.ts";
import { isPlainPrototype, whatIs } from "./not-plain.ts";

/** Levels of lists and objects within each other. More would need more stack than a platform may have. */
const maxDepth = 1_000;

/**
 * Plain data as its reader gets it back from a JSON text: own data that shares nothing with the value it was
 * copied from, without properties that are `undefined`, and with ordinary prototypes.
 */
export interface PlainData {
  readonly data: unknown;
  /** Its JSON text has at most so many bytes. */
  readonly maxBytes: number;
  /** JSON can say it, and `JSON.stringify` does not. */
  readonly hasNegativeZero: boolean;
}

/** Copies a value that JSON gives back as it is; throws an error that `fault` makes for any other. */
export function copyPlain(value: unknown, fault: Fault): PlainData {
  return walked(value, true, fault);
}

/** The same without a copy: says what it would be like, or throws. */
export function assertPlain(value: unknown, fault: Fault): Omit<PlainData, "data"> {
  return walked(value, false, fault);
}

type Fault = (reason: string) => Error;

function walked(value: unknown, isCopied: boolean, fault: Fault): PlainData {
  const walk = new Walk(isCopied);
  try {
    const data = walk.part(value, 0);
    return { data, maxBytes: walk.maxBytes, hasNegativeZero: walk.hasNegativeZero };
  } catch (error) {
    // A proxy or a getter may throw whatever it likes.
    throw fault(error instanceof NotPlain ? error.text() : `cannot be read (${reasonOf(error)})`);
  }
}

/** What a walk ends with; never seen outside. Its place is found on the way back. */
class NotPlain {
  /** Undefined for what has too many levels. */
  readonly #reason: string | undefined;
  readonly #keys: unknown[] = [];
  /** The lists and objects that have these keys, outermost first. */
  readonly #around: object[] = [];

  constructor(reason: string | undefined) {
    this.#reason = reason;
  }

  /** The same error, and where it is in this list or object. */
  static within(around: object, key: unknown, error: unknown): unknown {
    if (error instanceof NotPlain) {
      error.#keys.unshift(key);
      error.#around.unshift(around);
    }
    return error;
  }

  text(): string {
    if (this.#reason !== undefined) return at(this.#keys, this.#reason);
    const around = this.#around;
    const end = around.findIndex((one, index) => around.indexOf(one) < index);
    if (end < 0) return `it is nested more than ${maxDepth} levels deep`;
    return at(this.#keys.slice(0, end), "it is a circular reference");
  }
}

/** Goes through all parts of a value, and gives a copy of it or the value itself. */
class Walk {
  readonly #isCopied: boolean;
  hasNegativeZero = false;
  maxBytes = 0;

  constructor(isCopied: boolean) {
    this.#isCopied = isCopied;
  }

  part(value: unknown, depth: number): unknown {
    if (typeof value === "string") {
      // A UTF-16 unit takes at most six bytes, as \u0000 does.
      this.maxBytes += value.length * 6 + 3;
      return value;
    }
    if (typeof value === "number" && value - value === 0) {
      this.maxBytes += 26;
      if (value === 0 && 1 / value < 0) this.hasNegativeZero = true;
      return value;
    }
    if (typeof value === "boolean" || value === null) {
      this.maxBytes += 6;
      return value;
    }
    if (typeof value !== "object") throw new NotPlain(whatIs(value));
    if (depth > maxDepth) throw new NotPlain(undefined);
    this.maxBytes += 3;
    return Array.isArray(value) ? this.#list(value, depth + 1) : this.#record(value, depth + 1);
  }

  #list(list: unknown[], depth: number): unknown[] {
    const { length } = list;
    // Neither a subclass nor keys beside the indices.
    if (!isPlainPrototype(list) || Object.keys(list).length > length || hasSymbols(list)) {
      throw new NotPlain(whatIs(list));
    }
    // Not `slice()`: that of another realm makes a list of that realm.
    const copy = this.#isCopied ? [...list] : list;
    let index = 0;
    try {
      for (; index < length; index++) {
        const part = copy[index];
        const own = this.part(part, depth);
        if (own !== part) copy[index] = own;
      }
    } catch (error) {
      throw NotPlain.within(list, index, error);
    }
    return copy;
  }

  #record(value: object, depth: number): object {
    if (!isPlainPrototype(value) || hasSymbols(value)) throw new NotPlain(whatIs(value));
    // Either way what it has are values by texts.
    const copy = (this.#isCopied ? { ...value } : value) as Record<string, unknown>;
    let isWhole = true;
    let last = "";
    try {
      for (const key in copy) {
        last = key;
        const part = copy[key];
        this.maxBytes += key.length * 6 + 4;
        if (part === undefined) isWhole = false;
        else if (typeof part === "string") this.maxBytes += part.length * 6 + 3;
        // Not for zero, which may have a sign.
        else if (typeof part === "number" && part - part === 0 && part !== 0) this.maxBytes += 26;
        else if (isOwn(copy, key)) {
          const own = this.part(part, depth);
          if (own !== part) copy[key] = own;
        }
      }
    } catch (error) {
      throw NotPlain.within(value, last, error);
    }
    return isWhole || !this.#isCopied ? copy : withoutUndefined(copy);
  }
}

function withoutUndefined(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, part]) => part !== undefined));
}

function isOwn(record: object, key: string): boolean {
  // biome-ignore lint/suspicious/noPrototypeBuiltins: in a loop over keys five times as fast as the newer function.
  return Object.prototype.hasOwnProperty.call(record, key);
}

function hasSymbols(value: object): boolean {
  return Object.getOwnPropertySymbols(value).length > 0;
}

/** A copy of what is plain data already. */
export function clonePlain(data: unknown): unknown {
  if (!isRecord(data)) return data;
  if (Array.isArray(data)) return data.map(clonePlain);
  const copy: Record<string, unknown> = { ...data };
  for (const key in copy) {
    const part = copy[key];
    if (isRecord(part) && isOwn(copy, key)) copy[key] = clonePlain(part);
  }
  return copy;
}

/**
 * Whether a value is still the plain data that it was a copy of; what is `undefined` counts as absent. The order of keys counts
 * too, unless a schema may have given another one.
 */
export function isSame(value: unknown, data: unknown, inAnyOrder = false): boolean {
  // Most parts are this.
  if (value === data && value !== 0) return true;
  if (!isRecord(value) || !isRecord(data)) return Object.is(value, data);
  // With one prototype both are lists or neither is; anything else is copied again, and refused there.
  if (Object.getPrototypeOf(value) !== Object.getPrototypeOf(data)) return false;
  if (Array.isArray(value) && Array.isArray(data)) {
    const { length } = data;
    let index = value.length === length && Object.keys(value).length === length ? 0 : -1;
    while (index >= 0 && index < length) {
      index = isSame(value[index], data[index], inAnyOrder) ? index + 1 : -1;
    }
    return index === length && !hasSymbols(value);
  }
  const keys = Object.keys(data);
  let count = 0;
  for (const key in value) {
    const part = value[key];
    if (part === undefined) continue;
    if (keys[count++] !== key && !(inAnyOrder && isOwn(data, key))) return false;
    if (!isSame(part, data[key], inAnyOrder)) return false;
  }
  return count === keys.length && !hasSymbols(value);
}
