import { messageBytes } from "../../model/message-bytes.ts";
import type { EgressRow, Position } from "../contract/records.ts";
import { type Forwards, newestFirst } from "./newest-first.ts";
import { Turns } from "./turns.ts";

/** Records that are read with their values, at one time. */
const pageSize = 16;

/** Kept records with a number below `before`, newest first. No more once they have `maxBytes` together, but one if there is one. */
export async function listNewestKept(
  page: Forwards<EgressRow>,
  before: Position,
  limit: number,
  maxBytes: number,
): Promise<readonly EgressRow[]> {
  const rows: EgressRow[] = [];
  const turns = new Turns();
  let bytes = 0;
  for (const row of newestFirst(page, before, pageSize)) {
    rows.push(row);
    bytes += messageBytes(row.argument, row.from);
    if (rows.length >= limit || bytes >= maxBytes) break;
    if (turns.isOver) await turns.next();
  }
  return rows;
}
