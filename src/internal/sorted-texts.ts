import { SortedList } from "./sorted-list.ts";
import { compareTexts } from "./text-order.ts";

/** Distinct texts in the order of their UTF-8. */
export class SortedTexts {
  readonly #all = new SortedList<string>(compareTexts);

  /** One that is not there yet. */
  add(text: string): void {
    this.#all.add(text);
  }

  has(text: string): boolean {
    return this.#all.page((other) => compareTexts(other, text) >= 0, 1)[0] === text;
  }

  delete(text: string): void {
    this.#all.delete(text);
  }

  /** The first ones behind `after`, of those that begin with `prefix`. */
  page({
    prefix,
    after,
    limit,
  }: {
    readonly prefix: string;
    readonly after: string | undefined;
    readonly limit: number;
  }): string[] {
    const starts = (text: string): boolean =>
      compareTexts(text, prefix) >= 0 && (after === undefined || compareTexts(text, after) > 0);
    const page = this.#all.page(starts, limit);
    const end = page.findIndex((text) => !text.startsWith(prefix));
    return end < 0 ? page : page.slice(0, end);
  }
}
