import { invalid, isRecord } from "../../internal/assert.ts";
import { show } from "../../internal/show.ts";
import type { Accepts, AnyType } from "./type.ts";

export function assertAccepts(accepts: unknown, what: string): asserts accepts is Accepts {
  if (accepts === undefined) return;
  const types: readonly unknown[] = [accepts].flat();
  const names = types.map((type) => {
    assertType(type, what);
    return type.typename;
  });
  if (names.length === 0 || new Set(names).size < names.length) {
    const list = names.join(", ") || "an empty list";
    throw invalid(`${what} must list types with different typenames, got ${list}`);
  }
}

export function assertType(type: unknown, what: string): asserts type is AnyType {
  if (
    !isRecord(type) ||
    typeof type["encode"] !== "function" ||
    typeof type["decode"] !== "function" ||
    !type["typename"]
  ) {
    throw invalid(`${what} must be a type, got ${show(type)}`);
  }
}
