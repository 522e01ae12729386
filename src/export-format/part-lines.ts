import { invalid } from "../internal/assert.ts";
import { textFromBytes } from "../internal/bytes.ts";
import { show } from "../internal/show.ts";
import type { ExportLine } from "./records.ts";
import { assertLine } from "./shapes.ts";

/** Lines without a header and an end, that were in order in an export. Each is checked by itself. */
export function linesOfPart(bytes: Uint8Array): ExportLine[] {
  const texts = textFromBytes(bytes).split("\n");
  if (texts.pop() !== "") throw invalid("the last line must end with a line feed");
  return texts.map((text) => {
    const line = parsed(text);
    assertLine(line);
    return line;
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(`a line is not JSON: ${show(text.slice(0, 40))}`);
  }
}
