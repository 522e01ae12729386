import type { BatchScope } from "./batch-scope.ts";

/** One for all: nothing is ever kept in it. */
export const nothing: object = { __proto__: null };

/**
 * `context.state`, as a proxy of `nothing`: its properties are the declared states, whatever their names
 * (`__proto__` and `constructor` too). It can be used as long as its context can.
 * The object itself holds nothing, so there is nothing to define or to freeze.
 */
export class StateProxy implements ProxyHandler<object> {
  readonly #scope: BatchScope;
  readonly #context: object;

  constructor(scope: BatchScope, context: object) {
    this.#scope = scope;
    this.#context = context;
  }

  get(_: object, name: string | symbol): unknown {
    // Symbols are asked for by consoles and test tools, at any time.
    return typeof name === "string" ? this.#scope.of(this.#context).cell(name)?.get() : undefined;
  }

  set(_: object, name: string | symbol, value: unknown): true {
    this.#scope.of(this.#context).cellToWrite(name).set(value);
    return true;
  }

  deleteProperty(target: object, name: string | symbol): true {
    return this.set(target, name, undefined);
  }

  has(target: object, name: string | symbol): boolean {
    return this.get(target, name) !== undefined;
  }

  ownKeys(target: object): string[] {
    return [...this.#scope.of(this.#context).fn.states.keys()].filter((name) =>
      this.has(target, name),
    );
  }

  getOwnPropertyDescriptor(target: object, name: string | symbol): PropertyDescriptor | undefined {
    const value = this.get(target, name);
    if (value === undefined) return undefined;
    return { value, writable: true, enumerable: true, configurable: true };
  }

  defineProperty(): false {
    return false;
  }

  preventExtensions(): false {
    return false;
  }

  setPrototypeOf(): false {
    return false;
  }
}
