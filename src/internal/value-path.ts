import { show } from "./show.ts";

/** The place of a part in a value, as code would name it: `items[2].at`, `byId["a b"]`. */
export function pathOf(keys: readonly unknown[]): string {
  let path = "";
  for (const key of keys) {
    if (typeof key === "string" && /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key)) {
      path += path === "" ? key : `.${key}`;
    } else path += `[${show(key)}]`;
  }
  return path.length > 200 ? `${path.slice(0, 200)}…` : path;
}

/** A reason with the place that it is about; of the value itself it is the reason alone. */
export function at(keys: readonly unknown[], reason: string): string {
  const path = pathOf(keys);
  return path === "" ? reason : `${path}: ${reason}`;
}
