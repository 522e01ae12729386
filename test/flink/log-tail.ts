import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

const keptLines = 150;

/** Frames of a stack trace are in the hundreds, and only our own say more than the causes do. */
const isNoise = (line: string) =>
  line.trim() === "" || /^\s+(at (?!statefun\.cluster)|\.\.\. \d+ more)/.test(line);

/** Reads a log as it comes; the result gives its last lines. */
export function logTail(stream: Readable): () => string {
  const lines: string[] = [];
  createInterface({ input: stream }).on("line", (line) => {
    if (isNoise(line)) return;
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
  });
  return () => lines.join("\n");
}
