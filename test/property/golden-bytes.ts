import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";

const folder = new URL("../fixtures/golden/", import.meta.url);

/** Larger vectors are read by the golden tests; a mutation of one would test its size only. */
const maxBytes = 65_536;

function isPiece(piece: unknown): piece is string | { hexRepeat: [string, number] } {
  return typeof piece === "string" || (typeof piece === "object" && piece !== null);
}

/** A hex string, or a list of pieces of it (see the fixtures' README). */
function toBytes(hex: unknown): Buffer | undefined {
  if (typeof hex === "string") return Buffer.from(hex, "hex");
  if (!Array.isArray(hex)) return undefined;
  const pieces = hex.filter(isPiece).map((piece) => {
    if (typeof piece === "string") return Buffer.from(piece, "hex");
    const [unit, count] = piece.hexRepeat;
    return Buffer.alloc((unit.length / 2) * count, Buffer.from(unit, "hex"));
  });
  return Buffer.concat(pieces);
}

/** Every message of the golden files, whatever it stands for: `hex`, at the top or one level down. */
function collect(): Buffer[] {
  const found = new Map<string, Buffer>();
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(".json")) continue;
    const items: unknown = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
    for (const item of Array.isArray(items) ? items : []) {
      for (const part of [item, item.request, item.response]) {
        const bytes = toBytes(part?.hex);
        if (bytes !== undefined && bytes.length <= maxBytes)
          found.set(bytes.toString("hex"), bytes);
      }
    }
  }
  return [...found.values()];
}

export const goldenMessages: readonly Buffer[] = collect();

const golden = fc.constantFrom(...goldenMessages);

type Mutation = (bytes: Buffer) => Buffer;

/** A position in any message: scaled to its length. */
const at = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const index = (bytes: Buffer, fraction: number) => Math.floor(fraction * bytes.length);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(at, fc.nat({ max: 7 })).map(
    ([where, bit]): Mutation =>
      (bytes) => {
        const copy = Buffer.from(bytes);
        const position = index(copy, where);
        copy[position] = (copy[position] ?? 0) ^ (1 << bit);
        return copy;
      },
  ),
  fc.tuple(at, fc.nat({ max: 255 })).map(
    ([where, byte]): Mutation =>
      (bytes) => {
        const copy = Buffer.from(bytes);
        copy[index(copy, where)] = byte;
        return copy;
      },
  ),
  fc.tuple(at, fc.uint8Array({ maxLength: 12 })).map(
    ([where, added]): Mutation =>
      (bytes) => {
        const position = index(bytes, where);
        return Buffer.concat([bytes.subarray(0, position), added, bytes.subarray(position)]);
      },
  ),
  fc.tuple(at, at).map(
    ([from, to]): Mutation =>
      (bytes) => {
        const [start, end] = [index(bytes, from), index(bytes, to)];
        return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
      },
  ),
  at.map(
    (where): Mutation =>
      (bytes) =>
        bytes.subarray(0, index(bytes, where)),
  ),
  // Another message in the middle of this one, or behind it: oneofs and singular fields twice.
  fc.tuple(at, golden).map(
    ([where, other]): Mutation =>
      (bytes) => {
        const position = index(bytes, where);
        return Buffer.concat([bytes.subarray(0, position), other, bytes.subarray(position)]);
      },
  ),
  golden.map(
    (other): Mutation =>
      (bytes) =>
        Buffer.concat([bytes, other]),
  ),
);

/** A golden message after one to four mutations. */
export const mutatedGolden: fc.Arbitrary<Uint8Array> = fc
  .tuple(golden, fc.array(mutation, { minLength: 1, maxLength: 4 }))
  .map(([bytes, mutations]) => new Uint8Array(mutations.reduce((made, next) => next(made), bytes)));
