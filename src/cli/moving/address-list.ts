import { readFile } from "node:fs/promises";
import { invalid } from "../../internal/assert.ts";
import { textFromBytes } from "../../internal/bytes.ts";
import { peek, reasonOf, show } from "../../internal/show.ts";
import { compareTexts } from "../../internal/text-order.ts";

/** Objects of a part: each takes two requests to it, and a Worker may make 1,000 for one of its own. */
const defaultObjects = 400;

/** What of a list is sent with one part. */
export interface PartOfList {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly query: Readonly<Record<string, string>>;
}

/** Addresses beside those that a server knows, for each part of an export. */
export interface AddressList {
  /** Those that the part behind this object needs: the first ones, and one more than it has objects, which says whether there are others. */
  parts(after: string | undefined): PartOfList;
  /** All of them each time. */
  whole(after: string | undefined): PartOfList;
}

/** The file of `--ids`: a line `{"function": …, "id": …}` for each address. */
export function readIds(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return readFile(path).then(
    (bytes) => new Uint8Array(bytes),
    (cause: unknown) => {
      throw invalid(
        `--ids must name a file that can be read, got ${show(path)}: ${reasonOf(cause)}`,
      );
    },
  );
}

/** Of lines `{"function": …, "id": …}`. The server says what is wrong in them. */
export function addressList(
  bytes: Uint8Array<ArrayBuffer>,
  partObjects: number = defaultObjects,
): AddressList {
  const whole = (): PartOfList => ({ body: bytes, query: {} });
  const lines = linesByName(bytes);
  if (lines === undefined) return { parts: whole, whole };
  return {
    whole,
    parts(after) {
      const from = after === undefined ? 0 : indexBehind(lines, after);
      const text = lines.slice(from, from + partObjects + 1).map(([, line]) => `${line}\n`);
      const query = { list: "part", objects: `${partObjects}` };
      return { body: new TextEncoder().encode(text.join("")), query };
    },
  };
}

type Line = readonly [name: string, line: string];

/** Each name once, in their order; undefined for a list with a line that has none. */
function linesByName(bytes: Uint8Array): readonly Line[] | undefined {
  const found = new Map<string, string>();
  try {
    for (const line of textFromBytes(bytes).split("\n")) {
      if (line.trim() === "") continue;
      const address: unknown = JSON.parse(line);
      const [typename, id] = [peek(address, "function"), peek(address, "id")];
      if (typeof typename !== "string" || typeof id !== "string") return undefined;
      found.set(`${typename}/${id}`, line);
    }
  } catch {
    return undefined;
  }
  return [...found].sort(([one], [other]) => compareTexts(one, other));
}

function indexBehind(lines: readonly Line[], after: string): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareTexts(lines[middle]?.[0] ?? "", after) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
