import type { LinkIn, LinkOut, OutboxRecord } from "../../engine/contract/records.ts";
import type { LinkWindow } from "../../engine/contract/store.ts";
import type { SourcePosition } from "../snapshot/listed-snapshot.ts";
import { copiesOf } from "./copies.ts";
import { assertDistinct, duplicate } from "./memory-checks.ts";
import { GroupedRows } from "./numbered-rows.ts";

/** Links to other partitions with what waits on them, and how far outside sources were read. */
export class MemoryLinks {
  readonly #positions = new Map<string, string>();
  readonly #out = new Map<string, LinkOut>();
  readonly #in = new Map<string, LinkIn>();
  readonly #outbox = new GroupedRows<OutboxRecord>();

  position(source: string): string | undefined {
    return this.#positions.get(source);
  }

  positions(): SourcePosition[] {
    return Array.from(this.#positions, ([source, position]) => ({ source, position }));
  }

  linksOut(): LinkOut[] {
    return [...this.#out.values()].map((link) => ({ ...link }));
  }

  linkIn(link: string): LinkIn | undefined {
    const found = this.#in.get(link);
    return found && { ...found };
  }

  /** Asked once in a while, of as many links as there are partitions that send here. */
  silent(time: number, limit: number): LinkIn[] {
    const silent: LinkIn[] = [];
    for (const link of this.#in.values()) {
      if (silent.length >= limit) break;
      if (link.seenAt < time) silent.push({ ...link });
    }
    return silent;
  }

  outbox(link: string, after: number, limit: number): OutboxRecord[] {
    return copiesOf(this.#outbox.page(link, after, limit));
  }

  check({ outbox }: LinkWindow): void {
    for (const { link, number } of outbox.added) {
      if (this.#outbox.get(link, number) === undefined) continue;
      const goes = outbox.removed.some((one) => one.link === link && one.upTo >= number);
      if (!goes) throw duplicate(nameOf({ link, number }));
    }
    if (outbox.added.length > 1) assertDistinct(outbox.added.map(nameOf));
  }

  apply(window: LinkWindow): void {
    const { positions, outbox, linksOut, linksIn } = window;
    for (const { source, position } of positions) this.#positions.set(source, position);
    for (const { link, upTo } of outbox.removed) this.#acknowledge(link, upTo);
    for (const record of outbox.added) this.#outbox.add(record.link, record);
    for (const link of linksOut.removed) this.#out.delete(link);
    for (const link of linksOut.added) this.#out.set(link.link, link);
    for (const link of linksIn.removed) this.#in.delete(link);
    for (const link of linksIn.added) this.#in.set(link.link, link);
  }

  #acknowledge(link: string, upTo: number): void {
    for (;;) {
      const page = this.#outbox.page(link, Number.NEGATIVE_INFINITY, 100);
      const gone = page.filter(({ number }) => number <= upTo);
      for (const { number } of gone) this.#outbox.delete(link, number);
      if (gone.length < 100) return;
    }
  }
}

function nameOf({ link, number }: Pick<OutboxRecord, "link" | "number">): string {
  return `outbox message ${number} of ${JSON.stringify(link)}`;
}
