import { crc32, deflateSync, inflateSync } from "node:zlib";

const signature = 8;

/**
 * A picture of a page in fewer bytes: a browser writes its pictures fast, not small. For those of 8 bits without transparency;
 * anything else is given back as it is.
 */
export function smaller(png: Buffer): Buffer {
  const header = png.subarray(signature + 8, signature + 8 + 13);
  const [depth, colours, interlace] = [header[8], header[9], header[12]];
  const channels = colours === 2 ? 3 : colours === 6 ? 4 : 0;
  if (depth !== 8 || interlace !== 0 || channels === 0) return png;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const rows = unfiltered(inflateSync(Buffer.concat(piecesOf(png))), width * channels, channels);
  if (rows.length !== height) return png;
  const made = paletted(rows, width, channels);
  const head = Buffer.from(header);
  head[9] = 3;
  const result = Buffer.concat([
    png.subarray(0, signature),
    chunk("IHDR", head),
    chunk("PLTE", made.palette),
    chunk("IDAT", bestOf(made.rows, 1)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
  return result.length < png.length ? result : png;
}

function piecesOf(png: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = signature; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") {
      pieces.push(png.subarray(at + 8, at + 8 + length));
    }
    at += length + 12;
  }
  return pieces;
}

function chunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [
    Math.abs(up - corner),
    Math.abs(left - corner),
    Math.abs(left + up - 2 * corner),
  ];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** What a filter expects at a place. */
function expected(
  filter: number,
  row: Buffer,
  above: Buffer | undefined,
  at: number,
  step: number,
) {
  const left = row[at - step] ?? 0;
  const up = above?.[at] ?? 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  return filter === 4 ? paeth(left, up, above?.[at - step] ?? 0) : 0;
}

function unfiltered(data: Buffer, rowBytes: number, step: number): Buffer[] {
  const rows: Buffer[] = [];
  for (let start = 0; start < data.length; start += rowBytes + 1) {
    const filter = data[start] ?? 0;
    const row = Buffer.from(data.subarray(start + 1, start + 1 + rowBytes));
    const above = rows.at(-1);
    for (let at = 0; at < rowBytes; at++) {
      row[at] = (row[at] ?? 0) + expected(filter, row, above, at, step);
    }
    rows.push(row);
  }
  return rows;
}

interface Made {
  readonly rows: readonly Buffer[];
  readonly palette: Buffer;
}

/** By numbers of 256 colours; all others, edges of letters for the most part, become the nearest of these, which is not seen. */
function paletted(rows: readonly Buffer[], width: number, channels: number): Made {
  const colourAt = (row: Buffer, at: number) => row.readUIntBE(at * channels, 3);
  const counts = new Map<number, number>();
  for (const row of rows) {
    for (let at = 0; at < width; at++) {
      const colour = colourAt(row, at);
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
  }
  const sorted = [...counts].sort(([one, a], [other, b]) => b - a || one - other);
  const chosen = chosenOf(sorted.map(([colour]) => colour));
  const palette = Buffer.alloc(chosen.length * 3);
  for (const [number, colour] of chosen.entries()) palette.writeUIntBE(colour, number * 3, 3);
  const numbers = new Map(chosen.map((colour, number) => [colour, number]));
  const made = rows.map((row) => {
    const line = Buffer.alloc(width);
    for (let at = 0; at < width; at++) {
      const colour = colourAt(row, at);
      const number = numbers.get(colour) ?? nearest(chosen, colour);
      numbers.set(colour, number);
      line[at] = number;
    }
    return line;
  });
  return { rows: made, palette };
}

/** At first those that are unlike all before them, however rare they are, then more and more alike. */
function chosenOf(colours: readonly number[]): number[] {
  const chosen: number[] = [];
  for (const least of [40, 20, 10, 1]) {
    for (const colour of colours) {
      if (chosen.length === 256) return chosen;
      if (chosen.every((one) => distance(one, colour) >= least)) chosen.push(colour);
    }
  }
  return chosen;
}

function distance(one: number, other: number): number {
  const red = (one >> 16) - (other >> 16);
  const green = ((one >> 8) & 255) - ((other >> 8) & 255);
  return Math.hypot(red, green, (one & 255) - (other & 255));
}

function nearest(chosen: readonly number[], colour: number): number {
  const far = chosen.map((one) => distance(one, colour));
  return far.indexOf(Math.min(...far));
}

/** Filtered in each way, and in that of the least sum for each row: the shortest. */
function bestOf(rows: readonly Buffer[], step: number): Buffer {
  const ways = [0, 1, 2, 4].map((filter) =>
    rows.map((row, n) => filtered(filter, row, rows[n - 1], step)),
  );
  const least = rows.map((_, n) =>
    ways.map((way) => way[n] ?? Buffer.alloc(0)).reduce((a, b) => (sumOf(a) <= sumOf(b) ? a : b)),
  );
  const packed = [...ways, least].map((way) =>
    deflateSync(Buffer.concat(way), { level: 9, memLevel: 9 }),
  );
  return packed.reduce((a, b) => (a.length <= b.length ? a : b));
}

function filtered(filter: number, row: Buffer, above: Buffer | undefined, step: number): Buffer {
  const line = Buffer.alloc(row.length + 1);
  line[0] = filter;
  for (let at = 0; at < row.length; at++) {
    line[at + 1] = (row[at] ?? 0) - expected(filter, row, above, at, step);
  }
  return line;
}

/** How far a line is from nothing but zeros. */
function sumOf(line: Buffer): number {
  let sum = 0;
  for (let at = 1; at < line.length; at++) sum += Math.min(line[at] ?? 0, 256 - (line[at] ?? 0));
  return sum;
}
