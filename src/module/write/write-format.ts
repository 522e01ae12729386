/** The formats that can be written. */
export type Format = "kind" | "3.0" | "2.0";

export const formats: readonly Format[] = ["kind", "3.0", "2.0"];

/** A document, or an item of a list in the older formats. */
export type Written = Readonly<Record<string, unknown>>;

export interface WrittenParts {
  readonly calls: readonly Written[];
  readonly ingresses: readonly Written[];
  readonly egresses: readonly Written[];
}

/** The documents of a file; none when there is nothing in it. */
export function layOut(
  format: Format,
  { calls, ingresses, egresses }: WrittenParts,
): readonly unknown[] {
  const all = [...calls, ...ingresses, ...egresses];
  if (format === "kind" || all.length === 0) return all;
  const lists = {
    [format === "3.0" ? "endpoints" : "functions"]: calls,
    ingresses,
    egresses,
  };
  const spec = Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
  return [{ version: format, module: { meta: { type: "remote" }, spec } }];
}
