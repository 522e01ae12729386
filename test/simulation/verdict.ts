import { type Book, labels, marks, verifications } from "./commands.ts";
import type { Outside } from "./outside.ts";
import type { Program } from "./program.ts";
import type { World } from "./world.ts";

/** What became of a program. */
export interface Judged {
  readonly outside: Pick<Outside, "counts">;
  /** What an instance remembers. */
  bookOf(id: string): Promise<Book | undefined>;
  /** What is left in memory or in a store, when all is done. */
  leftovers(): AsyncIterable<string>;
}

/** Compares what became of a program with what had to become of it. */
export class Verdict {
  readonly #world: World;
  readonly #program: Program;

  constructor(world: World, program: Program) {
    this.#world = world;
    this.#program = program;
  }

  async of(judged: Judged): Promise<void> {
    await this.#instances(judged);
    this.#emissions(judged.outside);
    for await (const text of judged.leftovers()) this.#violated(text);
  }

  /** The increments, by the state itself and by what the function said of it; order; cancellations. */
  async #instances(judged: Judged): Promise<void> {
    const { outside } = judged;
    const { counts, ids, optional, forbidden } = this.#program;
    const said = outside.counts(verifications);
    const marked: string[] = [];
    const cancelled = new Set(forbidden);
    for (const id of ids) {
      const expected = counts.get(id) ?? 0;
      const result = `${id}: ${expected} of ${expected}`;
      if (said.get(result) !== 1) {
        this.#violated(`expected "${result}" among ${[...said.keys()].join(", ")}`);
      }
      const book = await judged.bookOf(id);
      for (const text of book?.violations ?? []) this.#violated(`order at ${id}: ${text}`);
      marked.push(...(book?.marks ?? []));
      for (const token of book?.cancelled ?? []) cancelled.add(token);
    }
    const left = outside.counts(marks);
    if (marked.length !== left.size) this.#violated(`marks ${marked.join()}, not ${[...left]}`);
    for (const label of marked) {
      if (left.get(label) !== 1)
        this.#violated(`mark ${label} was emitted ${left.get(label)} times`);
      if (cancelled.has(label)) this.#violated(`cancelled message ${label} was delivered`);
      if (!optional.has(label)) this.#violated(`nobody was to leave mark ${label}`);
    }
  }

  #emissions(outside: Judged["outside"]): void {
    const { emitted } = this.#program;
    const counts = outside.counts(labels);
    for (const label of emitted) {
      const count = counts.get(label) ?? 0;
      if (count !== 1) this.#violated(`${label} was emitted ${count} times`);
    }
    if (counts.size > emitted.size) this.#violated(`emitted ${[...counts]}, not ${[...emitted]}`);
  }

  #violated(text: string): void {
    this.#world.violated(text);
  }
}
