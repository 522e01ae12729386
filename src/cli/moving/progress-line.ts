import process from "node:process";

/** How often it is written. */
const everyMs = 100;

interface ProgressLine {
  show(text: () => string): void;
  clear(): void;
}

/** One line on a terminal, written over and over. Nothing where no one looks. */
export function progressLine(): ProgressLine {
  const { stderr } = process;
  let isShown = false;
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    show(text) {
      if (!stderr.isTTY || performance.now() - shownAt < everyMs) return;
      shownAt = performance.now();
      isShown = true;
      stderr.write(`\r\u001b[K${text()}`);
    },
    clear() {
      if (isShown) stderr.write("\r\u001b[K");
      isShown = false;
    },
  };
}

export function sizeOf(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1_000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
