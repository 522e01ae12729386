import type { PausedKey, PausedRecord } from "../../engine/contract/actions.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { RecordWriter, recordIn } from "./object-codec.ts";
import { keyOf } from "./object-keys.ts";
import { paused } from "./object-kinds.ts";
import type { ObjectRecords } from "./rows/object-records.ts";
import type { ObjectRow } from "./rows/object-row.ts";
import type { ObjectRows } from "./rows/object-rows.ts";

/** What operators have stopped: read at the start, as a whole. */
export class ObjectPaused {
  readonly #records: ObjectRecords;
  readonly #rows: ObjectRows;

  constructor(records: ObjectRecords) {
    this.#records = records;
    this.#rows = records.rows;
  }

  all(): PausedRecord[] {
    return this.#records.every(paused, recordOf);
  }

  apply({ paused: change }: CommitWindow): void {
    for (const key of change.removed) this.#rows.drop(paused, rowKey(key));
    for (const record of change.added) {
      const key = rowKey(record);
      const parts = { data: dataOf(record) };
      if (this.#rows.find(paused, key) === undefined) this.#rows.add(paused, key, parts);
      else this.#rows.put(paused, key, parts);
    }
  }
}

function rowKey({ typename, id }: PausedKey): Uint8Array {
  return id === undefined ? keyOf(1, typename) : keyOf(0, typename, id);
}

/**
 * | field | what |
 * |---|---|
 * | 1 | the function |
 * | 2 | the id, unless it is the whole function |
 * | 3 | since when |
 * | 4, 5 | who has paused it, and why if that was said |
 */
function dataOf({ typename, id, since, who, why }: PausedRecord): Uint8Array {
  const writer = new RecordWriter().optionalText(2, id).optionalText(5, why);
  return writer.number(3, since).text(4, who).text(1, typename).done();
}

function recordOf({ data }: ObjectRow): PausedRecord {
  const reader = recordIn(data);
  return {
    typename: reader.text(1),
    id: reader.optionalText(2),
    since: reader.number(3),
    who: reader.text(4),
    why: reader.optionalText(5),
  };
}
