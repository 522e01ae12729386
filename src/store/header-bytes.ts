import { bytesFromText, textFromBytes } from "../internal/bytes.ts";
import type { WireHeader } from "../model/invocation.ts";
import { damaged } from "./object/compact-errors.ts";

/**
 * Headers as they are stored, one after another: the length of the key as an unsigned 32-bit number, big-endian,
 * the key in UTF-8, the length of the value likewise, the value. The null value has the greatest length there is.
 */
const nullLength = 0xffff_ffff;

/** Undefined if there are none, as nearly always. */
export function bytesFromHeaders(headers: readonly WireHeader[]): Uint8Array | undefined {
  if (headers.length === 0) return undefined;
  const keys = headers.map(({ key }) => bytesFromText(key));
  const size = headers.reduce(
    (sum, { value }, index) => sum + 8 + (keys[index]?.length ?? 0) + (value?.length ?? 0),
    0,
  );
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const write = (length: number, part: Uint8Array | undefined) => {
    view.setUint32(at, length);
    bytes.set(part ?? [], at + 4);
    at += 4 + (part?.length ?? 0);
  };
  for (const [index, { value }] of headers.entries()) {
    write(keys[index]?.length ?? 0, keys[index]);
    write(value?.length ?? nullLength, value);
  }
  return bytes;
}

/** Throws for bytes that were not written so. */
export function headersFromBytes(bytes: Uint8Array | undefined): WireHeader[] {
  if (bytes === undefined) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headers: WireHeader[] = [];
  let at = 0;
  const read = () => {
    const length = view.getUint32(at);
    const from = at + 4;
    at = length === nullLength ? from : from + length;
    if (at > bytes.length) throw damaged("length of a header", length);
    return length === nullLength ? undefined : bytes.slice(from, at);
  };
  while (at < bytes.length) {
    const key = read();
    if (key === undefined) throw damaged("name of a header", undefined);
    headers.push({ key: textFromBytes(key), value: read() });
  }
  return headers;
}
