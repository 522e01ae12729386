import type { Colours } from "../../output/colours.ts";
import { oneLine } from "../../output/one-line.ts";
import type { Output } from "./output.ts";
import { cutTo, padded, widthOf } from "./text-width.ts";

export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** Numbers stand at the right. @default false */
  readonly isRight?: boolean;
  /** What a cell is coloured by. @default not at all */
  readonly colour?: (row: Row) => keyof Colours | undefined;
}

const gap = "  ";
/** A column is not cut to less than this, or than its title. */
const leastWidth = 8;

/**
 * Rows for people, aligned, and cut to the width of a terminal: the widest columns first. It is written page by page, so
 * that a long list needs no memory; columns only grow from page to page.
 */
export class Table<Row> {
  readonly #columns: readonly Column<Row>[];
  readonly #out: Output;
  readonly #indent: string;
  readonly #widths: number[];
  #hasTitle = false;

  constructor(columns: readonly Column<Row>[], out: Output, indent = "") {
    this.#columns = columns;
    this.#out = out;
    this.#indent = indent;
    this.#widths = columns.map(({ title }) => title.length);
  }

  async write(rows: readonly Row[]): Promise<void> {
    const cells = rows.map((row) => this.#columns.map(({ text }) => oneLine(text(row))));
    for (const line of cells) {
      line.forEach((cell, index) => {
        this.#widths[index] = Math.max(this.#widths[index] ?? 0, widthOf(cell));
      });
    }
    const widths = fitted(this.#widths, this.#columns, this.#room());
    const { dim } = this.#out.colours;
    if (!this.#hasTitle) {
      const titles = this.#columns.map(({ title }) => title);
      await this.#out.line(dim(this.#line(titles, widths)));
    }
    this.#hasTitle = true;
    for (const [index, line] of cells.entries()) {
      if (this.#out.closed.aborted) return;
      await this.#out.line(this.#line(line, widths, rows[index]));
    }
  }

  #line(cells: readonly string[], widths: readonly number[], row?: Row): string {
    const parts = this.#columns.map(({ isRight = false, colour }, index) => {
      const width = widths[index] ?? 0;
      const cell = padded(cutTo(cells[index] ?? "", width), width, isRight);
      const paint = row === undefined ? undefined : colour?.(row);
      return paint === undefined ? cell : this.#out.colours[paint](cell);
    });
    return (this.#indent + parts.join(gap)).trimEnd();
  }

  #room(): number {
    const { width = Number.POSITIVE_INFINITY } = this.#out;
    return width - this.#indent.length - gap.length * (this.#columns.length - 1);
  }
}

/** Widths that fit into a line, as far as columns may be cut. */
function fitted(
  widths: readonly number[],
  columns: readonly { readonly title: string }[],
  room: number,
): readonly number[] {
  const fit = [...widths];
  const least = columns.map(({ title }) => Math.max(leastWidth, title.length));
  const over = (): number => fit.reduce((sum, width) => sum + width, 0) - room;
  while (over() > 0) {
    const spare = fit.map((width, index) => width - (least[index] ?? 0));
    const most = Math.max(...spare);
    if (most <= 0) return fit;
    const widest = spare.indexOf(most);
    // Down to the next widest, so that wide columns share what there is.
    const second = Math.max(0, ...spare.filter((_, index) => index !== widest));
    const less = Math.min(over(), Math.max(1, most - second));
    fit[widest] = (fit[widest] ?? 0) - less;
  }
  return fit;
}
