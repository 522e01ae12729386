import type { WireValue } from "../model/invocation.ts";
import { plainIn } from "../model/plain-bytes.ts";

/** Messages of a client go on in the order of its calls, though some of them must be encrypted first. */
export class SealingOrder {
  #last: Promise<unknown> | undefined;

  /** The message as it may be sent. Undefined where it can be sent at once, as it is. */
  wait(argument: WireValue): Promise<WireValue> | undefined {
    const plain = plainIn(argument);
    if (plain === undefined && this.#last === undefined) return undefined;
    const own = Promise.all([plain?.sealed(argument) ?? argument, this.#last]).then(
      ([value]) => value,
    );
    // Whatever becomes of it; what waits for `own` goes on before this does.
    const last = own.then(noop, noop).then(noop);
    this.#last = last;
    last.then(() => {
      if (this.#last === last) this.#last = undefined;
    });
    return own;
  }
}

function noop(): void {}
