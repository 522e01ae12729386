import { printable } from "../../internal/show.ts";

/** A text of whatever origin as one line of a terminal. */
export function oneLine(text: string): string {
  return printable(text).replaceAll("\n", "\\n");
}
