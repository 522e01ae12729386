/** What may be read at one time while others wait for the thread. */
const turnMs = 5;

/** Looks of people, in turns of a few milliseconds: they hold up nobody. */
export class Turns {
  #end: number = performance.now() + turnMs;

  get isOver(): boolean {
    return performance.now() >= this.#end;
  }

  /** Others have their turn first. */
  async next(): Promise<void> {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 0);
    });
    this.#end = performance.now() + turnMs;
  }
}
