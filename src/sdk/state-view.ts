import type { BatchScope } from "./batch-scope.ts";

/**
 * `context.state`: an object whose properties are the declared states, whatever their names
 * (`__proto__` and `constructor` too). `open` gives the scope, or throws once the context is sealed.
 */
export function stateView(open: () => BatchScope): object {
  // Symbols are asked for by consoles and test tools, at any time.
  const read = (_: object, name: string | symbol): unknown =>
    typeof name === "string" ? open().cell(name)?.get() : undefined;
  const write = (_: object, name: string | symbol, value?: unknown): true => {
    open().cellToWrite(name).set(value);
    return true;
  };
  // The object itself holds nothing, so there is nothing to define or to freeze.
  const refuse = (): false => false;
  return new Proxy<object>(Object.create(null), {
    get: read,
    set: write,
    deleteProperty: (target, name) => write(target, name),
    has: (target, name) => read(target, name) !== undefined,
    ownKeys: (target) =>
      [...open().fn.states.keys()].filter((name) => read(target, name) !== undefined),
    getOwnPropertyDescriptor: (target, name) => {
      const value = read(target, name);
      if (value === undefined) return undefined;
      return { value, writable: true, enumerable: true, configurable: true };
    },
    defineProperty: refuse,
    preventExtensions: refuse,
  });
}
