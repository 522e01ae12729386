import { crc32, deflateSync, inflateSync } from "node:zlib";

const signature = 8;

/**
 * The same picture in fewer bytes: a browser writes its pictures fast, not small. For pictures of 8 bits without transparency, as
 * those of a page are; anything else is given back as it is.
 */
export function smaller(png: Buffer): Buffer {
  const header = png.subarray(signature + 8, signature + 8 + 13);
  const [depth, colours, interlace] = [header[8], header[9], header[12]];
  const channels = colours === 2 ? 3 : colours === 6 ? 4 : 0;
  if (depth !== 8 || interlace !== 0 || channels === 0) return png;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const rows = unfiltered(inflateSync(Buffer.concat(piecesOf(png))), width * channels, channels);
  const made = paletted(rows, width, channels) ?? opaque(rows, channels);
  const head = Buffer.from(header);
  head[9] = made.colours;
  const chunks = [chunk("IHDR", head)];
  if (made.palette !== undefined) chunks.push(chunk("PLTE", made.palette));
  const data = bestOf(made.rows, made.channels);
  const result = Buffer.concat([
    png.subarray(0, signature),
    ...chunks,
    chunk("IDAT", data),
    chunk("IEND", Buffer.alloc(0)),
  ]);
  if (rows.length !== height) return png;
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
  readonly colours: number;
  readonly channels: number;
  readonly palette?: Buffer;
}

/** By numbers of colours, where there are at most 256. */
function paletted(rows: readonly Buffer[], width: number, channels: number): Made | undefined {
  const numbers = new Map<number, number>();
  const made: Buffer[] = [];
  for (const row of rows) {
    const line = Buffer.alloc(width);
    for (let at = 0; at < width; at++) {
      const colour = row.readUIntBE(at * channels, 3);
      const number = numbers.get(colour) ?? numbers.size;
      if (number === 256) return undefined;
      numbers.set(colour, number);
      line[at] = number;
    }
    made.push(line);
  }
  const palette = Buffer.alloc(numbers.size * 3);
  for (const [colour, number] of numbers) palette.writeUIntBE(colour, number * 3, 3);
  return { rows: made, colours: 3, channels: 1, palette };
}

function opaque(rows: readonly Buffer[], channels: number): Made {
  if (channels === 3) return { rows, colours: 2, channels };
  const without = rows.map((row) => Buffer.from(row.filter((_, at) => at % 4 !== 3)));
  return { rows: without, colours: 2, channels: 3 };
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
