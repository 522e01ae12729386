import { open } from "node:fs/promises";
import { LineReader } from "../../export-format/reader.ts";
import type { EndLine } from "../../export-format/records.ts";
import { platformSha256 } from "../../host/moving/platform-sha256.ts";
import { invalid } from "../../internal/assert.ts";

/** Reads an export to its end, which it gives. Throws for the first line that is wrong. */
export async function checkedFile(
  from: string,
  signal: AbortSignal,
  progress: (what: string, bytes: number) => void,
): Promise<EndLine> {
  const reader = new LineReader({ digest: platformSha256() });
  let end: EndLine | undefined;
  for await (const piece of piecesOf(from)) {
    signal.throwIfAborted();
    for (const { line, bytes } of reader.read(piece)) {
      if (line.kind === "end") end = line;
      progress("checked", bytes);
    }
  }
  reader.assertEnd();
  if (end === undefined) throw invalid("the export has no end line");
  return end;
}

export async function* piecesOf(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, "r");
  try {
    for await (const piece of file.createReadStream({ highWaterMark: 262_144 })) yield piece;
  } finally {
    await file.close().catch(() => {});
  }
}
