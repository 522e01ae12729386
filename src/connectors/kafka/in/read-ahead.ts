/** Bytes of records that an ingress holds in memory before they go into the engine, of all its partitions together. */
const mostBytes = 67_108_864;
const mostOfOne = 4_194_304;
/** Less would make a request of every few records. */
const leastOfOne = 65_536;

/** Parts the memory for records that are read ahead among the partitions of an ingress. */
export class ReadAhead {
  #partitions = 1;

  /** Says how many partitions there are. */
  divide(partitions: number): void {
    this.#partitions = Math.max(1, partitions);
  }

  /** A partition that holds less may fetch, and at most as much again. */
  get share(): number {
    const half = Math.floor(mostBytes / 2 / this.#partitions);
    return Math.max(leastOfOne, Math.min(mostOfOne, half));
  }
}
