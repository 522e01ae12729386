/**
 * Assertions that run anywhere: the cases also run within programs on Deno, Bun and older Nodes, which have no
 * vitest.
 */
export function equal(actual: unknown, expected: unknown, what: string): void {
  const [left, right] = [canonical(actual), canonical(expected)];
  if (left !== right) throw new Error(`${what}:\n got ${left}\nwant ${right}`);
}

/** Runs what has to throw, and gives what it threw. */
export async function thrown(
  code: string,
  body: () => unknown,
): Promise<{ message: string; cause: unknown }> {
  let error: unknown;
  try {
    await body();
  } catch (caught) {
    error = caught;
  }
  const { code: got, message, cause } = Object(error);
  if (got !== code) throw new Error(`expected ${code}, got ${error ?? "no error"}`);
  return { message: String(message), cause };
}

/** A text that is the same for equal values: absent and undefined are one, bytes only equal bytes. */
export function canonical(value: unknown): string {
  if (value instanceof Uint8Array) return bytes(value);
  if (value instanceof Map) {
    const entries = [...value].map((entry) => canonical(entry)).sort();
    return `Map(${entries.join(", ")})`;
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(", ")}]`;
  if (typeof value !== "object" || value === null) {
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  }
  const entries = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .map(([key, one]) => `${key}: ${canonical(one)}`);
  return `{ ${entries.sort().join(", ")} }`;
}

function bytes(value: Uint8Array): string {
  // A Buffer is not one: its slices are views.
  const kind = value.constructor === Uint8Array ? "bytes" : value.constructor.name;
  if (value.length <= 32) return `${kind}(${value.join(" ")})`;
  let hash = 0;
  // Eight times as fast as `for … of`, which counts: the cases compare megabytes dozens of times.
  for (let at = 0; at < value.length; at++) hash = (Math.imul(hash, 31) + Number(value[at])) | 0;
  return `${kind}(${value.length}, #${hash})`;
}
