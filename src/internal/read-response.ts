import { joined, noBytes } from "./bytes.ts";

/** What was read of a body. */
export interface Read {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** False where there is more, or more was announced: the rest is not read. */
  readonly isAll: boolean;
}

/**
 * The one way in which answers are read: bytes are counted as they arrive, which is after they were decompressed, and
 * nothing is read beyond the piece that makes them too many. Time is the caller's: it aborts the request.
 */
export async function readResponse(
  { body, headers }: Response,
  maxBytes: number,
  believesLength = true,
): Promise<Read> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = body?.getReader();
  if (reader === undefined) return { bytes: noBytes.slice(), isAll: true };
  // Of a compressed body it is the length on the way: less, if anything.
  let isAll = !believesLength || !(Number(headers.get("content-length")) > maxBytes);
  while (isAll) {
    const { value } = await reader.read();
    if (value === undefined) return { bytes: whole(chunks), isAll };
    size += value.length;
    chunks.push(value);
    isAll = size <= maxBytes;
  }
  // The rest may be endless: it is not awaited.
  reader.cancel().catch(() => undefined);
  return { bytes: whole(chunks), isAll };
}

function whole(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const [first] = chunks;
  // What a platform gives is in no shared memory.
  if (first !== undefined && chunks.length === 1) return first as Uint8Array<ArrayBuffer>;
  return joined(chunks);
}
