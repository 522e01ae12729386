/** A number for everything that happened, in its order: two runs are the same run if it is the same. */
export class Trace {
  #hash = 0x811c9dc5;
  readonly #lines: string[] | undefined;

  constructor(keepsLines: boolean) {
    this.#lines = keepsLines ? [] : undefined;
  }

  add(line: string): void {
    let hash = this.#hash;
    for (let index = 0; index < line.length; index++) {
      hash = Math.imul(hash ^ line.charCodeAt(index), 0x01000193);
    }
    this.#hash = Math.imul(hash ^ 10, 0x01000193);
    this.#lines?.push(line);
  }

  get hash(): number {
    return this.#hash >>> 0;
  }

  get lines(): readonly string[] {
    return this.#lines ?? [];
  }
}
