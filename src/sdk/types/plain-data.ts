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
    const data = walk.part(value, 0, "");
    return { data, maxBytes: walk.maxBytes, hasNegativeZero: walk.hasNegativeZero };
  } catch (error) {
    // A proxy or a getter may throw whatever it likes.
    throw fault(error instanceof NotPlain ? error.reason : `cannot be read (${reasonOf(error)})`);
  }
}

/** What a copy ends with; never seen outside. */
class NotPlain {
  readonly reason: string;

  constructor(keys: readonly unknown[], reason: string) {
    this.reason = at(keys, reason);
  }
}

/** Goes through all parts of a value, and gives a copy of it or the value itself. */
class Walk {
  readonly #isCopied: boolean;
  hasNegativeZero = false;
  maxBytes = 0;
  /** The lists and objects around the current part, outermost first, and the key of each in the one before. */
  readonly #around: object[] = [];
  readonly #keys: unknown[] = [];

  constructor(isCopied: boolean) {
    this.#isCopied = isCopied;
  }

  part(value: unknown, depth: number, key: unknown): unknown {
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
    if (typeof value !== "object") throw this.#fault(value, depth, key);
    this.#around[depth] = value;
    this.#keys[depth] = key;
    if (depth > maxDepth) throw this.#tooDeep();
    this.maxBytes += 3;
    return Array.isArray(value) ? this.#list(value, depth) : this.#record(value, depth);
  }

  #list(list: unknown[], depth: number): unknown[] {
    const { length } = list;
    // Neither a subclass nor keys beside the indices.
    if (!isPlainPrototype(list) || Object.keys(list).length > length || hasSymbols(list)) {
      throw this.#fault(list, depth, this.#keys[depth]);
    }
    // Not `slice()`: that of another realm makes a list of that realm.
    const copy = this.#isCopied ? [...list] : list;
    for (let index = 0; index < length; index++) {
      const part = copy[index];
      const own = this.part(part, depth + 1, index);
      if (own !== part) copy[index] = own;
    }
    return copy;
  }

  #record(value: object, depth: number): object {
    if (!isPlainPrototype(value) || hasSymbols(value))
      throw this.#fault(value, depth, this.#keys[depth]);
    // Either way what it has are values by texts.
    const copy = (this.#isCopied ? { ...value } : value) as Record<string, unknown>;
    let isWhole = true;
    for (const key in copy) {
      const part = copy[key];
      this.maxBytes += key.length * 6 + 4;
      if (part === undefined) isWhole = false;
      else if (typeof part === "string") this.maxBytes += part.length * 6 + 3;
      // Not for zero, which may have a sign.
      else if (typeof part === "number" && part - part === 0 && part !== 0) this.maxBytes += 26;
      else if (isOwn(copy, key)) {
        const own = this.part(part, depth + 1, key);
        if (own !== part) copy[key] = own;
      }
    }
    return isWhole || !this.#isCopied ? copy : withoutUndefined(copy);
  }

  #fault(value: unknown, depth: number, key: unknown): NotPlain {
    const keys = this.#keys.slice(1, depth);
    return new NotPlain(depth === 0 ? [] : [...keys, key], whatIs(value));
  }

  #tooDeep(): NotPlain {
    const around = this.#around;
    const end = around.findIndex((one, index) => around.indexOf(one) < index);
    if (end < 0) {
      return new NotPlain([], `it is nested more than ${maxDepth} levels deep`);
    }
    return new NotPlain(this.#keys.slice(1, end + 1), "it is a circular reference");
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

/** Whether a value is still the plain data that it was a copy of; what is `undefined` counts as absent. */
export function isSame(value: unknown, data: unknown): boolean {
  // Most parts are this.
  if (value === data && value !== 0) return true;
  if (!isRecord(value) || !isRecord(data)) return Object.is(value, data);
  // With one prototype both are lists or neither is; anything else is copied again, and refused there.
  if (Object.getPrototypeOf(value) !== Object.getPrototypeOf(data)) return false;
  if (Array.isArray(value) && Array.isArray(data)) {
    const { length } = data;
    let index = value.length === length && Object.keys(value).length === length ? 0 : -1;
    while (index >= 0 && index < length) {
      index = isSame(value[index], data[index]) ? index + 1 : -1;
    }
    return index === length;
  }
  let count = 0;
  for (const key in value) {
    const part = value[key];
    if (part === undefined) continue;
    if (!isOwn(data, key) || !isSame(part, data[key])) return false;
    count++;
  }
  return count === Object.keys(data).length && !hasSymbols(value);
}
