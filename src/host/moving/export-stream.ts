import { assertKnownKeys, invalid } from "../../internal/assert.ts";
import { show } from "../../internal/show.ts";
import type { ExportOptions } from "../moving.ts";
import type { Exported } from "./export-bytes.ts";

/** The export of an engine of this process, loaded and begun when the stream is first read. */
export function exportStream(
  exported: Exported,
  options: ExportOptions = {},
): ReadableStream<Uint8Array> {
  assertKnownKeys(options, ["values"], "the options of export");
  const { values = true } = options;
  if (typeof values !== "boolean")
    throw invalid(`values must be true or false, got ${show(values)}`);
  let bytes: AsyncGenerator<Uint8Array, void, undefined> | undefined;
  let isCancelled = false;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        bytes ??= (await import("./export-bytes.ts")).exportBytes(exported, values);
        // While it was loaded: nobody would close what is opened now.
        if (isCancelled) return;
        const { done, value } = await bytes.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        isCancelled = true;
        await bytes?.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
