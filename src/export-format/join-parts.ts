import { invalid } from "../internal/assert.ts";
import { bytesFromText, joined, noBytes } from "../internal/bytes.ts";
import { show } from "../internal/show.ts";
import { compareTexts } from "../internal/text-order.ts";
import { noCounts } from "./order.ts";
import { LineReader, type ReadLine } from "./reader.ts";
import type { EndLine, ExportCounts, MoreLine } from "./records.ts";
import type { RunningDigest } from "./sha256.ts";

/** Where a part begins. */
export interface PartPlace {
  /** Behind this partition. */
  readonly after: string;
  /** The moment of the whole export. */
  readonly since: number;
}

/** One export, of one part or of many. */
export interface JoinedExport {
  /** Its bytes, with one header and one end, as they come. Throws for a part that is wrong, as `readExport` does. */
  readonly pieces: AsyncGenerator<Uint8Array, void, undefined>;
  /** What has come so far. */
  readonly counts: () => ExportCounts;
  /** Undefined until all has come. */
  readonly end: () => EndLine | undefined;
}

/** Asks for one part after another: each is checked by itself, and an export of one part stays as it is. `digest` makes a new one. */
export function joinParts(
  ask: (place: PartPlace | undefined) => Promise<AsyncIterable<Uint8Array>>,
  digest: () => RunningDigest,
): JoinedExport {
  const whole = digest();
  let before: ExportCounts | undefined;
  let reader: LineReader | undefined;
  let end: EndLine | undefined;
  const counts = (): ExportCounts => sum(before, reader?.counts);

  async function* pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    let place: PartPlace | undefined;
    do {
      reader = new LineReader({ digest: digest(), isPart: true });
      const part: Part = { isFirst: place === undefined, since: place?.since, last: undefined };
      for await (const piece of recordsOf(await ask(place), reader, part)) {
        if (!piece.isHeader) whole.update(piece.bytes);
        yield piece.bytes;
      }
      reader.assertEnd();
      before = counts();
      reader = undefined;
      const more: MoreLine | undefined = part.last?.kind === "more" ? part.last : undefined;
      if (more !== undefined && place !== undefined && compareTexts(place.after, more.after) >= 0) {
        throw invalid(`the part behind ${show(place.after)} continues after ${show(more.after)}`);
      }
      place = more && { after: more.after, since: part.since ?? 0 };
    } while (place !== undefined);
    end = { kind: "end", counts: counts(), sha256: whole.hex() };
    yield bytesFromText(`${JSON.stringify(end)}\n`);
  }

  return { pieces: pieces(), counts, end: () => end };
}

interface Part {
  readonly isFirst: boolean;
  /** Engine time of its header. */
  since: number | undefined;
  last: EndLine | MoreLine | undefined;
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly isHeader: boolean;
}

/** Whole lines, as they were sent: the header of the first part, and all records. */
async function* recordsOf(
  bytes: AsyncIterable<Uint8Array>,
  reader: LineReader,
  part: Part,
): AsyncGenerator<Piece, void, undefined> {
  // Of a line whose end has not come.
  let held: Uint8Array = noBytes;
  let at = 0;
  for await (const piece of bytes) {
    const all = held.length === 0 ? piece : joined([held, piece]);
    let [from, to] = [0, 0];
    for (const read of reader.read(piece)) {
      const upTo = read.bytes - at;
      if (isRecord(read, part)) {
        to = upTo;
        continue;
      }
      if (read.line.kind !== "statefun-export") continue;
      if (part.isFirst) yield { bytes: all.subarray(0, upTo), isHeader: true };
      [from, to] = [upTo, upTo];
    }
    if (to > from) yield { bytes: all.subarray(from, to), isHeader: false };
    const read = part.last === undefined ? to : all.length;
    at += read;
    held = all.slice(read);
  }
}

function isRecord({ line }: ReadLine, part: Part): boolean {
  if (line.kind === "statefun-export") part.since ??= line.time;
  else if (line.kind === "end" || line.kind === "more") part.last = line;
  else return true;
  return false;
}

function sum(one: ExportCounts | undefined, other: ExportCounts = noCounts()): ExportCounts {
  const before = one ?? noCounts();
  const names = Object.keys(before) as (keyof ExportCounts)[];
  const entries = names.map((name) => [name, before[name] + other[name]]);
  return Object.fromEntries(entries) as ExportCounts;
}
