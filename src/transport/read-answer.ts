import { noBytes } from "../internal/bytes.ts";
import { nonsense } from "./remote-failure.ts";

/** Of the text that comes with an error. */
const shownBytes = 1_024;
const shownLetters = 200;

/** All of a body. A length that is announced is believed when it is too much; what arrives is counted. */
export async function readAnswer(response: Response, maxBytes: number): Promise<Uint8Array> {
  const { chunks, size, isAll } = await readUpTo(response, maxBytes, true);
  if (!isAll) throw nonsense(`the answer has more than ${maxBytes} bytes`);
  return joined(chunks, size);
}

/** What an error says, as far as it is text and short; empty when it says nothing. */
export async function readReason(response: Response): Promise<string> {
  try {
    const { chunks, size } = await readUpTo(response, shownBytes, false);
    const text = new TextDecoder().decode(joined(chunks, size));
    const line = text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
    return line === "" ? "" : `: ${[...line].slice(0, shownLetters).join("")}`;
  } catch {
    // The status has said enough.
    return "";
  }
}

async function readUpTo(
  { body, headers }: Response,
  maxBytes: number,
  isWhole: boolean,
): Promise<{ chunks: Uint8Array[]; size: number; isAll: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = body?.getReader();
  if (reader === undefined) return { chunks, size, isAll: true };
  // Of a compressed body it is the length on the way: less, if anything.
  let isAll = !isWhole || !(Number(headers.get("content-length")) > maxBytes);
  while (isAll) {
    const { value } = await reader.read();
    if (value === undefined) return { chunks, size, isAll };
    size += value.length;
    chunks.push(value);
    isAll = size <= maxBytes;
  }
  // The rest may be endless: nobody waits for it.
  reader.cancel().catch(() => undefined);
  return { chunks, size, isAll };
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [first = noBytes] = chunks;
  if (chunks.length < 2) return first;
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
