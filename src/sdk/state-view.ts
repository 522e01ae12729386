import { show } from "../internal/assert.ts";
import { StateFunError } from "../internal/errors.ts";
import type { BatchScope } from "./batch-scope.ts";
import type { StateCell } from "./state-cell.ts";

/**
 * `context.state`: an object whose properties are the declared states, whatever their names
 * (`__proto__` and `constructor` too). `open` gives the scope, or throws once the context is sealed.
 */
export function stateView(open: () => BatchScope): object {
  const read = (name: string | symbol): unknown => {
    // Symbols are asked for by consoles and test tools, at any time.
    return typeof name === "string" ? open().cell(name)?.get() : undefined;
  };
  return new Proxy<object>(Object.create(null), {
    get: (_, name) => read(name),
    set: (_, name, value) => {
      cellToWrite(open(), name).set(value);
      return true;
    },
    deleteProperty: (_, name) => {
      cellToWrite(open(), name).set(undefined);
      return true;
    },
    has: (_, name) => read(name) !== undefined,
    ownKeys: () => [...open().fn.states.keys()].filter((name) => read(name) !== undefined),
    getOwnPropertyDescriptor: (_, name) => {
      const value = read(name);
      if (value === undefined) return undefined;
      return { value, writable: true, enumerable: true, configurable: true };
    },
    defineProperty: (_, name, { value }) => {
      cellToWrite(open(), name).set(value);
      return true;
    },
    // The object itself cannot be frozen: its properties live elsewhere.
    preventExtensions: () => false,
  });
}

export function cellToWrite(scope: BatchScope, name: string | symbol): StateCell {
  const cell = typeof name === "string" ? scope.cell(name) : undefined;
  if (cell !== undefined) return cell;
  throw new StateFunError(
    "undeclared_state",
    `${scope.fn.typename} declares no state ${show(name)}; it declares ${show([...scope.fn.states.keys()])}`,
  );
}
