import { parseArgs } from "node:util";
import { invalid } from "../internal/assert.ts";
import { didYouMean } from "../internal/nearest.ts";
import { peek, reasonOf, show } from "../internal/show.ts";
import { helpHint } from "./help.ts";

/** The flags of a command: those with a value are texts, and one that is `multiple` may be repeated. */
export type Flags = Readonly<
  Record<string, { readonly type: "string" | "boolean"; readonly multiple?: boolean }>
>;

export interface ParsedArguments {
  readonly positionals: readonly string[];
  text(flag: string): string | undefined;
  /** All values of a flag that may be repeated. */
  texts(flag: string): readonly string[];
  has(flag: string): boolean;
}

/** Throws `invalid_argument`, in one line, for a flag that is unknown, repeated, or has no value. */
export function parseArguments(
  args: readonly string[],
  flags: Flags,
  hint: string = helpHint,
): ParsedArguments {
  const { values, positionals } = parsed(args, flags, hint);
  const known = new Map(Object.entries(values));
  return {
    positionals,
    text(flag) {
      const value = known.get(flag);
      if (value === "") throw invalid(`--${flag} must not be empty`);
      return typeof value === "string" ? value : undefined;
    },
    texts: (flag) => [known.get(flag) ?? []].flat().map(String),
    has: (flag) => known.get(flag) === true,
  };
}

function parsed(args: readonly string[], options: Flags, hint: string) {
  try {
    const result = parseArgs({ args: [...args], options, allowPositionals: true, tokens: true });
    const seen = new Set<string>();
    for (const token of result.tokens) {
      if (token.kind !== "option" || options[token.name]?.multiple === true) continue;
      if (seen.has(token.name)) throw invalid(`--${token.name} is given twice`);
      seen.add(token.name);
    }
    return result;
  } catch (error) {
    if (peek(error, "code") === "ERR_PARSE_ARGS_UNKNOWN_OPTION")
      throw unknownFlag(args, options, hint);
    // The first line has the error; the rest is advice for other programs.
    throw invalid(reasonOf(error).replace(/\n.*/s, ""));
  }
}

function unknownFlag(args: readonly string[], flags: Flags, hint: string) {
  const known = Object.keys(flags).map((name) => `--${name}`);
  const flag = args
    .map((arg) => arg.replace(/=.*/s, ""))
    .find((arg) => /^-./.test(arg) && !known.includes(arg));
  return invalid(`unknown flag ${flag}${didYouMean(String(flag), known)} (${hint})`);
}

/** 0 is one of them: it takes a free port. */
export function portFrom(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw invalid(`--port must be an integer from 0 to 65535, got ${show(text)}`);
}
