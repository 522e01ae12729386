import type { Opened } from "../contract/store.ts";

/** The greatest number and the greatest cell that were given: neither is given again. */
export class Given {
  number: number;
  cell: number;

  constructor({ lastNumber, lastCell }: Pick<Opened, "lastNumber" | "lastCell">) {
    this.number = lastNumber;
    this.cell = lastCell;
  }

  /** Numbers up to this one are given by somebody else. */
  reserve(upTo: number): void {
    this.number = Math.max(this.number, upTo);
  }
}
