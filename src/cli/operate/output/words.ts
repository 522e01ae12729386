import { fieldOf, type Json, numberIn, objectIn, textIn } from "../http/json.ts";

/** A number as people read it; `-` where there is none. */
export function count(value: number | undefined): string {
  return value === undefined ? "-" : value.toLocaleString("en-US");
}

const spans: readonly (readonly [ms: number, unit: string])[] = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "m"],
  [1_000, "s"],
];

/** A length of time in its largest unit; `-` where there is none. */
export function span(ms: number | undefined): string {
  if (ms === undefined) return "-";
  const [unitMs, unit] = spans.find(([one]) => ms >= one) ?? [1_000, "s"];
  return `${Math.floor(Math.max(0, ms) / unitMs)}${unit}`;
}

/** A time of the server before or after now. */
export function ago(atMs: number | undefined): string {
  if (atMs === undefined) return "-";
  const ms = Date.now() - atMs;
  return ms >= 0 ? `${span(ms)} ago` : `in ${span(-ms)}`;
}

export function bytes(size: number | undefined): string {
  if (size === undefined) return "-";
  if (size < 1_024) return `${size} B`;
  return size < 1_048_576
    ? `${Math.round(size / 1_024)} KiB`
    : `${Math.round(size / 1_048_576)} MiB`;
}

/** A value as the server shows it in a list. */
export function value(shown: unknown): string {
  const inner = fieldOf(shown, "value");
  if (inner !== undefined) return JSON.stringify(inner);
  const key = textIn(shown, "encryptedWith");
  if (key !== undefined) return `encrypted, key ${key}`;
  const base64 = textIn(shown, "base64") ?? textIn(shown, "previewBase64");
  const size = numberIn(shown, "size");
  const text = base64 === undefined ? (textIn(shown, "preview") ?? "") : `base64 ${base64}`;
  return size === undefined ? text : `${text}… (${bytes(size)})`;
}

/** A typename, StateFun's own by their short names. */
export function type(shown: unknown): string {
  return (textIn(shown, "typename") ?? "-").replace(/^io\.statefun\.types\//, "");
}

export function address(shown: Json): string {
  return `${textIn(shown, "typename") ?? "-"} ${id(textIn(shown, "id"))}`;
}

/** An id in a table: one that is empty, or has blanks around it, in quotes. */
export function id(text: string | undefined): string {
  if (text === undefined) return "-";
  return text === "" || text.trim() !== text ? JSON.stringify(text) : text;
}

/** Why an instance does not go on; empty for one that does. */
export function trouble(row: Json): string {
  const found = objectIn(row, "trouble");
  return "trouble" in row ? troubleWords(found) : "";
}

export function troubleWords(found: Json): string {
  const waitsFor = textIn(found, "waitsFor");
  const retryAt = numberIn(found, "retryAtMs");
  const attempts = numberIn(found, "attempts");
  const parts = [
    textIn(found, "kind") ?? "",
    ...(waitsFor === undefined ? [] : [`for ${waitsFor}`]),
    ...(attempts === undefined || attempts === 0 ? [] : [`attempt ${attempts}`]),
    ...(retryAt === undefined ? [] : [`next ${ago(retryAt)}`]),
  ];
  const why = [textIn(found, "code"), textIn(found, "reason")].filter((one) => one).join(": ");
  return `${parts.join(" ")}${why === "" ? "" : `: ${why}`}`;
}

/** `1 dead letter`, `2 dead letters`. */
export function counted(number: number, what: string): string {
  return `${count(number)} ${what}${number === 1 ? "" : "s"}`;
}
