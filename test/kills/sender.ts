/** Sends 1, 2, 3, … to each of several counters, and again after a kill what was not acknowledged. */
export class Sender {
  readonly #counters: number;
  readonly #maxOpen: number;
  /** The last number that was sent to each counter. */
  readonly sent: number[];
  /** `COUNTER N`, in order of sending. */
  readonly #open = new Set<string>();
  #next = 0;
  acknowledged = 0;
  duplicates = 0;

  constructor(counters: number, maxOpen: number) {
    this.#counters = counters;
    this.#maxOpen = maxOpen;
    this.sent = Array(counters).fill(0);
  }

  get isDone(): boolean {
    return this.#open.size === 0;
  }

  /** What a new life is sent first. */
  unacknowledged(): string[] {
    return [...this.#open].map((line) => `send ${line}`);
  }

  /** New messages, as many as may be open. */
  more(): string[] {
    const lines: string[] = [];
    while (this.#open.size < this.#maxOpen) {
      const counter = this.#next++ % this.#counters;
      const n = (this.sent[counter] ?? 0) + 1;
      this.sent[counter] = n;
      this.#open.add(`${counter} ${n}`);
      lines.push(`send ${counter} ${n}`);
    }
    return lines;
  }

  /** `ack COUNTER N DUPLICATE` */
  heard(line: string): void {
    const [, counter, n, duplicate] = line.split(" ");
    if (!this.#open.delete(`${counter} ${n}`)) throw new Error(`acknowledged twice: ${line}`);
    this.acknowledged++;
    if (duplicate === "true") this.duplicates++;
  }
}
