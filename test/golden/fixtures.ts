import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The fixtures' README says what each field means. */
export type Wire = "v2" | "v3";

/** A long repetitive string is a list of pieces. */
export type Hex =
  | string
  | readonly (string | { readonly hexRepeat: readonly [hex: string, count: number] })[];

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [name: string]: Json };

export interface Item {
  readonly name: string;
  /** The same for all producers of one case. */
  readonly case: string;
  readonly wire: Wire;
  readonly producer: string;
  readonly kind: string;
}

const folder = new URL("../fixtures/golden/", import.meta.url);

export function goldenFiles(): readonly string[] {
  return readdirSync(fileURLToPath(folder)).filter((name) => name.endsWith(".json"));
}

/** The items of one file. What a kind's items hold is the README's promise, so the caller names it. */
export function readItems<T extends Item>(file: string): readonly T[] {
  return JSON.parse(readFileSync(new URL(file, folder), "utf8")) as readonly T[];
}

export function bytesFromHex(hex: Hex): Uint8Array {
  const pieces = typeof hex === "string" ? [hex] : hex;
  const text = pieces
    .map((piece) =>
      typeof piece === "string" ? piece : piece.hexRepeat[0].repeat(piece.hexRepeat[1]),
    )
    .join("");
  // A plain array, since a Buffer would not compare equal to one.
  return new Uint8Array(Buffer.from(text, "hex"));
}

export function hexFromBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function isPieces(value: readonly Json[]): boolean {
  return value.some((part) => part !== null && typeof part === "object" && "hexRepeat" in part);
}

/** A meaning with its repetitions written out: `{"textRepeat": …}` and lists of hex pieces become strings. */
export function expand(meaning: Json): Json {
  if (meaning === null || typeof meaning !== "object") return meaning;
  if (Array.isArray(meaning)) {
    // Only hex values are lists of pieces, and those hold nothing but the two shapes of a piece.
    if (isPieces(meaning)) return hexFromBytes(bytesFromHex(meaning as unknown as Hex));
    return meaning.map(expand);
  }
  const { textRepeat: repeat } = meaning as JsonObject;
  if (Array.isArray(repeat)) return String(repeat[0]).repeat(Number(repeat[1]));
  return Object.fromEntries(Object.entries(meaning).map(([key, value]) => [key, expand(value)]));
}
