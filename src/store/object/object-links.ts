import type { LinkIn, LinkOut } from "../../engine/contract/records.ts";
import type { LinkWindow } from "../../engine/contract/store.ts";
import { sameBytes } from "../../internal/bytes.ts";
import { readable } from "../damage.ts";
import { RecordWriter, recordIn } from "./object-codec.ts";
import { damaged } from "./object-errors.ts";
import { endOf, keyOf, numberBehind } from "./object-keys.ts";
import { linkIn, linkOut, outbox, position } from "./object-kinds.ts";
import type { ObjectTimes } from "./object-times.ts";
import type { ObjectRecords } from "./rows/object-records.ts";
import { type ObjectRow, timeOf } from "./rows/object-row.ts";
import type { ObjectRows } from "./rows/object-rows.ts";

/**
 * Links to other partitions, and how far outside sources were read.
 *
 * | record | 1 | 2 | 3 | 4 |
 * |---|---|---|---|---|
 * | linkOut | the link | its base | the last number | the runs of its numbers, or absent |
 * | linkIn | the link | its epoch | the last number | the run of its sender, or absent |
 * | position | the position | | | |
 */
export class ObjectLinks {
  readonly #records: ObjectRecords;
  readonly #rows: ObjectRows;
  readonly #times: ObjectTimes;

  constructor(records: ObjectRecords, times: ObjectTimes) {
    this.#records = records;
    this.#rows = records.rows;
    this.#times = times;
  }

  position(source: string): string | undefined {
    const row = this.#rows.find(position, keyOf(source));
    return row && recordIn(row.data).text(1);
  }

  out(): LinkOut[] {
    const after = Uint8Array.of(0);
    return this.#records.all(linkOut, (row) => this.#linkOutOf(row), { after });
  }

  in(link: string): LinkIn | undefined {
    return this.#records.one(linkIn, linkInOf, keyOf(link));
  }

  silent(time: number, limit: number): LinkIn[] {
    return this.#records.all(linkIn, linkInOf, { until: time - 1, limit });
  }

  /** Of one whose numbers cannot be read the name is enough: its messages are sent again, as those of a forgotten link. */
  #linkOutOf({ key, at, data }: ObjectRow): LinkOut {
    const reader = recordIn(data);
    const link = reader.text(1);
    if (!sameBytes(keyOf(link), key)) throw damaged("name of a link", link);
    const known = readable(() => ({ base: reader.number(2), last: reader.number(3) }));
    const runs = reader.optionalText(4);
    if (known !== undefined && at !== undefined) {
      return { link, epoch: at, ...known, ...(runs !== undefined && { runs }) };
    }
    const range = { after: key, before: endOf(key), isBackwards: true } as const;
    const greatest = this.#rows.first(outbox, range);
    const last = greatest === undefined ? 0 : numberBehind(key, greatest.key);
    return { link, epoch: 0, base: 0, last };
  }

  apply(window: LinkWindow): void {
    for (const { source, position: reached } of window.positions) {
      const data = new RecordWriter().text(1, reached).done();
      this.#rows.put(position, keyOf(source), { data });
    }
    this.#applyEnds(window);
  }

  #applyEnds({ linksOut, linksIn }: LinkWindow): void {
    for (const link of linksOut.removed) this.#rows.drop(linkOut, keyOf(link));
    for (const { link, epoch, base, last, runs } of linksOut.added) {
      const data = new RecordWriter().text(1, link).number(2, base);
      data.optionalText(4, runs).number(3, last);
      this.#rows.put(linkOut, keyOf(link), { at: epoch, data: data.done() });
      this.#times.added(linkOut, epoch);
    }
    for (const link of linksIn.removed) this.#rows.drop(linkIn, keyOf(link));
    for (const { link, epoch, last, seenAt, run } of linksIn.added) {
      const data = new RecordWriter().text(1, link).number(2, epoch);
      data.optionalText(4, run).number(3, last);
      this.#rows.put(linkIn, keyOf(link), { at: seenAt, data: data.done() });
      this.#times.added(linkIn, seenAt);
    }
  }
}

function linkInOf({ at, data }: ObjectRow): LinkIn {
  const reader = recordIn(data);
  const [link, epoch, last] = [reader.text(1), reader.number(2), reader.number(3)];
  const run = reader.optionalText(4);
  return { link, epoch, last, seenAt: timeOf(at), ...(run !== undefined && { run }) };
}
