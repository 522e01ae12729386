import type { ImportOptions, Runtime } from "statefun/runtime";
import { expect } from "vitest";

/** Imports until something is written, and no further. */
export async function importHalf(
  runtime: Pick<Runtime, "import">,
  bytes: AsyncIterable<Uint8Array>,
  options: ImportOptions = {},
): Promise<void> {
  const aborter = new AbortController();
  const aborted = runtime.import(bytes, {
    ...options,
    signal: aborter.signal,
    onProgress: ({ phase }) => phase === "write" && aborter.abort(new RangeError("enough")),
  });
  await expect(aborted).rejects.toThrow("enough");
}
