/** Counts turns of the event loop while somebody asks: between two different counts others had theirs. */
export class EventLoopTurns {
  readonly #defer: (run: () => void) => void;
  #count = 0;
  #isWatching = false;

  constructor(defer: (run: () => void) => void) {
    this.#defer = defer;
  }

  /** Gives the turn that is under way, and notices its end. */
  watch(): number {
    if (!this.#isWatching) {
      this.#isWatching = true;
      this.#defer(() => {
        this.#isWatching = false;
        this.#count++;
      });
    }
    return this.#count;
  }

  /** The turn that was under way when this was asked last, unless it has ended. */
  get current(): number {
    return this.#count;
  }
}
