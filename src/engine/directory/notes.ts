import { bytesFromText, noBytes, textFromBytes } from "../../internal/bytes.ts";
import { isAddress, isCount } from "../../model/guards.ts";
import type { WireValue } from "../../model/invocation.ts";
import type { DirectoryNote } from "../contract/directory.ts";
import { directoryTypename } from "../routing/system-addresses.ts";

/** A note as a message of the engine. */
export function noteToMessage({ address, isHere, time, number }: DirectoryNote): WireValue {
  const { typename, id } = address;
  const text = JSON.stringify([typename, id, isHere, time, number]);
  return { typename: directoryTypename, bytes: bytesFromText(text), headers: [] };
}

/** Undefined if it is none: another process may say anything. */
export function noteFromMessage({ bytes }: WireValue): DirectoryNote | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(textFromBytes(bytes ?? noBytes));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts)) return undefined;
  const [typename, id, isHere, time, number]: unknown[] = parts;
  const address = { typename, id };
  const isSound = isAddress(address) && isCount(time) && isCount(number);
  return isSound && typeof isHere === "boolean" ? { address, isHere, time, number } : undefined;
}
