import type { Position } from "../../engine/contract/records.ts";
import type { WireAddress, WireValue } from "../../model/invocation.ts";
import { messageBytes } from "../../model/message-bytes.ts";

/** What one RPC answers with, a first row excepted that is larger: the platform takes 32 MiB, and a row has 16 at most. */
const answerBytes = 8_388_608;
/** Rows that are read at a time: four of the largest are half of what an isolate has. */
const pieceRows = 4;

interface NumberedRow {
  readonly number: Position;
  readonly argument: WireValue;
  readonly from?: WireAddress;
  readonly target?: WireAddress;
}

/** The next rows for the answer of an RPC: one if there is one, at most `limit`, and fewer where they are large. */
export function rpcPage<T extends NumberedRow>(
  read: (after: Position, limit: number) => readonly T[],
  after: Position,
  limit: number,
): T[] {
  const rows: T[] = [];
  let bytes = 0;
  while (rows.length < limit) {
    const wanted = Math.min(pieceRows, limit - rows.length);
    const found = read(rows.at(-1)?.number ?? after, wanted);
    for (const row of found) {
      bytes += messageBytes(row.argument, row.from, row.target);
      if (rows.length > 0 && bytes > answerBytes) return rows;
      rows.push(row);
    }
    if (found.length < wanted) break;
  }
  return rows;
}
