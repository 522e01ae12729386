/** Of an id or a name, in characters. */
const maxLength = 1_024;
const startLength = 200;
/** Names of functions, egresses and types that are kept once. */
const maxNames = 1_000;

/**
 * A text as a recording keeps it: bounded, and in memory of its own. An engine makes short texts out of long ones, and V8 keeps all of a
 * text of which a piece is used.
 */
export function keptText(text: string): string {
  // So short a piece is always copied.
  if (text.length < 13) return text;
  return text.length <= maxLength ? copied(text) : `${copied(text.slice(0, startLength))}…`;
}

/** Texts of errors. */
export function keptReason(text: string): string {
  return text.length <= maxLength ? keptText(text) : `${copied(text.slice(0, maxLength - 1))}…`;
}

/** Of two texts one is made, and a piece of that is a piece of nothing else. */
function copied(text: string): string {
  return ` ${text}`.slice(1);
}

/** Names that come again and again: each is kept once. */
export class KeptNames {
  readonly #names = new Map<string, string>();
  /** Mostly the next one is the same. */
  #last = "";

  of(name: string): string {
    if (name === this.#last) return this.#last;
    const known = this.#names.get(name);
    if (known !== undefined) {
      this.#last = known;
      return known;
    }
    if (this.#names.size >= maxNames) this.#names.clear();
    const kept = keptText(name);
    this.#names.set(kept, kept);
    return kept;
  }
}
