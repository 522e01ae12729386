import type { EgressRow, Position } from "../../engine/contract/records.ts";
import { messageBytes } from "../../model/message-bytes.ts";
import type { SurfaceHost } from "../surface-host.ts";

/** Records that are read first: large ones must not all be in memory to find out that they are. */
const firstPiece = 10;

/**
 * The next records of an egress: at most `limit`, and no more once they have `maxBytes` together, but one if
 * there is one. Pieces of the page are read one after the other, each twice as long as the one before.
 */
export async function keptPage(
  host: Pick<SurfaceHost, "kept">,
  egress: string,
  after: Position,
  limit: number,
  maxBytes: number,
): Promise<readonly EgressRow[]> {
  const rows: EgressRow[] = [];
  let bytes = 0;
  for (let piece = firstPiece; rows.length < limit && bytes < maxBytes; piece *= 2) {
    const wanted = Math.min(piece, limit - rows.length);
    const found = await host.kept(egress, rows.at(-1)?.number ?? after, wanted, maxBytes - bytes);
    for (const row of found) {
      rows.push(row);
      bytes += messageBytes(row.argument, row.from);
      if (bytes >= maxBytes) return rows;
    }
    if (found.length < wanted) break;
  }
  return rows;
}
