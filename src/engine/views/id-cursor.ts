import { invalid } from "../../internal/assert.ts";
import { show } from "../../internal/show.ts";

/** Cursors begin with this, so that none is empty, and most of what is none is refused. */
const mark = "~";

/** A cursor of a list in the order of ids: the page behind this one. */
export function cursorOf(id: string): string {
  return `${mark}${id}`;
}

export function idOfCursor(cursor: string): string {
  if (cursor.startsWith(mark)) return cursor.slice(mark.length);
  throw invalid(`after must be the cursor of an earlier page, got ${show(cursor)}`);
}
