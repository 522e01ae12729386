import { webCrypto } from "#web-crypto";
import { assertTypename, invalid } from "../../internal/assert.ts";
import { randomName } from "../../internal/random-name.ts";
import { show } from "../../internal/show.ts";
import type { ParsedArguments } from "../arguments.ts";

/** Positional arguments by their names; those in brackets may be left out. Throws `invalid_argument`. */
export function wordsOf(
  given: ParsedArguments,
  command: string,
  names: readonly string[],
): readonly (string | undefined)[] {
  const { positionals } = given;
  const isOptional = (name: string): boolean => name.startsWith("[");
  const missing = names[positionals.length];
  const usage = `statefun ${command} ${names.join(" ")}`;
  if (missing !== undefined && !isOptional(missing)) {
    throw invalid(`${missing} is missing: ${usage}`);
  }
  const extra = positionals[names.length];
  if (extra !== undefined) throw invalid(`unexpected argument ${show(extra)}: ${usage}`);
  return names.map((_, index) => positionals[index]);
}

/** The name of a function. */
export function functionIn(text: string, what: string = "FUNCTION"): string {
  assertTypename(text, what);
  return text;
}

/** In a path. */
export function pathOf(typename: string): string {
  return typename.split("/").map(encodeURIComponent).join("/");
}

const units: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1_000],
  ["m", 60_000],
  ["min", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

/** `500ms`, `5s`, `1.5h`: in whole milliseconds. */
export function durationIn(text: string, flag: string, mostMs: number): number {
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(text) ?? [];
  const unitMs = units.get(unit);
  const ms = Math.round(Number(digits) * (unitMs ?? Number.NaN));
  if (digits !== "" && ms <= mostMs) return ms;
  const most = Number.isNaN(ms) || digits === "" ? "" : ` and at most ${mostMs} ms`;
  throw invalid(
    `${flag} must be a duration like 500ms, 5s, 10m, 1h or 2d${most}, got ${show(text)}`,
  );
}

/** A time: so long ago, or as ISO 8601, in milliseconds since the epoch. */
export function timeIn(text: string, flag: string): number {
  if (/^\d+(?:\.\d+)?[a-z]+$/.test(text)) {
    return Math.max(0, Date.now() - durationIn(text, flag, Date.now()));
  }
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (at >= 0) return at;
  throw invalid(`${flag} must be a time like 1h (ago) or 2026-01-31T12:00:00Z, got ${show(text)}`);
}

const defaultLimit = 100;
const mostLimit = 1_000_000_000;

/** Of a list: `--limit N`, or `--all`. */
export function limitIn(given: ParsedArguments): number {
  const text = given.text("limit");
  if (given.has("all")) {
    if (text !== undefined) throw invalid("use either --limit or --all, not both");
    return Number.POSITIVE_INFINITY;
  }
  const limit = text === undefined ? defaultLimit : /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= mostLimit) return limit;
  throw invalid(`--limit must be an integer from 1 to ${mostLimit}, got ${show(text)}`);
}

/** A number that the server gave: of a message, a timer or a dead letter. */
export function numberIn(text: string, what: string): string {
  if (/^\d{1,16}$/.test(text)) return text;
  throw invalid(`${what} must be a number as lists show it, got ${show(text)}`);
}

const mostKeyBytes = 900;

/** `--key`, or a random one. */
export function keyIn(given: ParsedArguments): string {
  const key = given.text("key");
  if (key === undefined) return randomKey();
  // Of a bulk action each page has a key of its own, made of this one.
  if (/^[\x21-\x7e]+$/.test(key) && key.length <= mostKeyBytes) return key;
  throw invalid(
    `--key must be printable ASCII without blanks, ${mostKeyBytes} characters at most, got ${show(key)}`,
  );
}

export function randomKey(): string {
  return randomName((size) => webCrypto.getRandomValues(new Uint8Array(size)));
}
