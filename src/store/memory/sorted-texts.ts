import type { TextsWant } from "../../engine/contract/address-reads.ts";
import { compareTexts } from "../../internal/text-order.ts";
import { SortedList } from "./sorted-list.ts";

interface Entry {
  readonly text: string;
}

/** Texts in groups, each in the order of their UTF-8. A group without texts is not there. */
export class SortedTexts {
  readonly #groups = new Map<string, SortedList<Entry>>();

  /** One that is not there yet. */
  add(group: string, text: string): void {
    let texts = this.#groups.get(group);
    if (texts === undefined) {
      texts = new SortedList((left, right) => compareTexts(left.text, right.text));
      this.#groups.set(group, texts);
    }
    texts.add({ text });
  }

  delete(group: string, text: string): void {
    const texts = this.#groups.get(group);
    texts?.delete({ text });
    if (texts?.first() === undefined) this.#groups.delete(group);
  }

  page(group: string, { prefix, after, limit }: TextsWant): string[] {
    const starts = ({ text }: Entry): boolean =>
      compareTexts(text, prefix) >= 0 && (after === undefined || compareTexts(text, after) > 0);
    const page = this.#groups.get(group)?.page(starts, limit) ?? [];
    const end = page.findIndex(({ text }) => !text.startsWith(prefix));
    return (end < 0 ? page : page.slice(0, end)).map(({ text }) => text);
  }
}
