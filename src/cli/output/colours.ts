import process from "node:process";

export interface Colours {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
  cyan(text: string): string;
}

/** On a terminal, unless the environment says otherwise: `NO_COLOR` and, before it, `FORCE_COLOR`. */
export function coloursOf(stream: { readonly isTTY?: boolean }): Colours {
  const isOn = wantsColours(stream.isTTY === true, process.env);
  const paint = (open: number, close: number) => (text: string) =>
    isOn ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    yellow: paint(33, 39),
    green: paint(32, 39),
    cyan: paint(36, 39),
  };
}

export function wantsColours(
  isTerminal: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const { FORCE_COLOR: force, NO_COLOR: none, TERM: terminal } = environment;
  if (force !== undefined) return force !== "0" && force !== "false";
  return isTerminal && (none ?? "") === "" && terminal !== "dumb";
}
