import { type Context, ROOT_CONTEXT } from "@opentelemetry/api";

/**
 * A context that has one value more than another one. Each context of the API copies all that is in it, and has three functions of
 * its own: much for one span, and each message has two contexts.
 */
class LightContext implements Context {
  readonly #base: Context;
  readonly #key: symbol;
  readonly #value: unknown;

  constructor(base: Context, key: symbol, value: unknown) {
    this.#base = base;
    this.#key = key;
    this.#value = value;
  }

  getValue(key: symbol): unknown {
    return key === this.#key ? this.#value : this.#base.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    // A value takes the place of the last one: what sets it again and again makes no chain.
    return new LightContext(key === this.#key ? this.#base : this, key, value);
  }

  deleteValue(key: symbol): Context {
    return this.setValue(key, undefined);
  }
}

let root: Context | undefined;

/** As `ROOT_CONTEXT`, in which nothing is; those made from it are light. */
export function lightRoot(): Context {
  // No program has this key.
  root ??= new LightContext(ROOT_CONTEXT, Symbol("nothing"), undefined);
  return root;
}
