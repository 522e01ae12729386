import process from "node:process";
import { base64FromBytes, joined, textFromBytes } from "../../../internal/bytes.ts";
import { printable } from "../../../internal/show.ts";
import type { Output } from "../output/output.ts";

/** A value: as it is into a file or a pipe; for a terminal as text that cannot move its cursor, or as base64. */
export async function writeBytes(out: Output, bytes: Uint8Array, isText: boolean): Promise<void> {
  if (process.stdout.isTTY === true) return out.line(shown(bytes, isText));
  await new Promise<void>((resolve) => {
    process.stdout.write(isText ? withNewline(bytes) : bytes, () => resolve());
  });
}

function shown(bytes: Uint8Array, isText: boolean): string {
  try {
    if (isText) return printable(textFromBytes(bytes)).trimEnd();
  } catch {
    // It is not what it says that it is.
  }
  return `base64 ${base64FromBytes(bytes)}`;
}

function withNewline(bytes: Uint8Array): Uint8Array {
  return bytes.at(-1) === 0x0a ? bytes : joined([bytes, Uint8Array.of(0x0a)]);
}
