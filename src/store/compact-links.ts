import type { LinkIn, LinkOut } from "../engine/records.ts";
import type { CommitWindow } from "../engine/store.ts";
import { RecordReader, RecordWriter } from "./compact-codec.ts";
import { keyOf } from "./compact-keys.ts";
import { linkIn, linkOut, position } from "./compact-kinds.ts";
import type { CompactRow, CompactRows } from "./compact-rows.ts";
import type { CompactTimes } from "./compact-times.ts";

/** Links to other partitions, and how far outside sources were read. */
export class CompactLinks {
  readonly #rows: CompactRows;
  readonly #times: CompactTimes;

  constructor(rows: CompactRows, times: CompactTimes) {
    this.#rows = rows;
    this.#times = times;
  }

  position(source: string): string | undefined {
    const row = this.#rows.find(position, keyOf(source));
    return row && new RecordReader(row.data).text();
  }

  out(): LinkOut[] {
    return this.#rows.select(linkOut, "key > ?", Uint8Array.of(0)).map(linkOutOf);
  }

  in(link: string): LinkIn | undefined {
    const row = this.#rows.find(linkIn, keyOf(link));
    return row && linkInOf(row);
  }

  silent(time: number, limit: number): LinkIn[] {
    return this.#rows.select(linkIn, "at < ? LIMIT ?", time, limit).map(linkInOf);
  }

  apply(window: CommitWindow): void {
    for (const { source, position: reached } of window.positions) {
      const data = new RecordWriter().text(reached).done();
      this.#rows.put(position, keyOf(source), { data });
    }
    this.#applyEnds(window);
  }

  #applyEnds({ linksOut, linksIn }: CommitWindow): void {
    for (const link of linksOut.removed) this.#rows.drop(linkOut, keyOf(link));
    for (const { link, epoch, base, last } of linksOut.added) {
      const data = new RecordWriter().text(link).number(base).number(last).done();
      this.#rows.put(linkOut, keyOf(link), { at: epoch, data });
      this.#times.added(linkOut, epoch);
    }
    for (const link of linksIn.removed) this.#rows.drop(linkIn, keyOf(link));
    for (const { link, epoch, last, seenAt } of linksIn.added) {
      const data = new RecordWriter().text(link).number(epoch).number(last).done();
      this.#rows.put(linkIn, keyOf(link), { at: seenAt, data });
      this.#times.added(linkIn, seenAt);
    }
  }
}

function linkOutOf({ at, data }: CompactRow): LinkOut {
  const reader = new RecordReader(data);
  return { link: reader.text(), epoch: at ?? 0, base: reader.number(), last: reader.number() };
}

function linkInOf({ at, data }: CompactRow): LinkIn {
  const reader = new RecordReader(data);
  return { link: reader.text(), epoch: reader.number(), last: reader.number(), seenAt: at ?? 0 };
}
