import { once } from "node:events";
import process from "node:process";
import { printable } from "../../../internal/show.ts";
import { type Colours, coloursOf } from "../../output/colours.ts";
import { oneLine } from "../../output/one-line.ts";

/** What a command prints: results on standard output, words about them on standard error. */
export interface Output {
  readonly isJson: boolean;
  readonly colours: Colours;
  /** Columns of the terminal; undefined for what is none. */
  readonly width: number | undefined;
  /** Aborts when nobody reads any more, as after `head`. */
  readonly closed: AbortSignal;
  /** A line of ours: what comes from outside has gone through `oneLine`. Waits for a slow reader. */
  line(text: string): Promise<void>;
  /** An object as one line of JSON, whose escapes are those of JSON. */
  json(value: object): Promise<void>;
  /** On standard error, also with `--json`. */
  note(text: string): void;
}

export function createOutput(isJson: boolean): Output {
  const { stdout, stderr } = process;
  const closing = new AbortController();
  stdout.on("error", () => closing.abort());
  // Where nobody reads notes, they are left out.
  stderr.on("error", () => undefined);
  const write = async (text: string): Promise<void> => {
    if (closing.signal.aborted || stdout.write(text)) return;
    await once(stdout, "drain", { signal: closing.signal }).catch(() => undefined);
  };
  return {
    isJson,
    colours: coloursOf(stdout),
    width: stdout.isTTY === true ? stdout.columns : undefined,
    closed: closing.signal,
    line: (text) => write(`${text}\n`),
    json: (value) => write(`${printable(JSON.stringify(value))}\n`),
    note: (text) => void stderr.write(`${oneLine(text)}\n`),
  };
}
