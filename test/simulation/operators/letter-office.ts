import type { DeadFilter } from "../../../src/engine/contract/actions.ts";
import type { DeadRecord } from "../../../src/engine/contract/records.ts";
import type { World } from "../world.ts";
import type { Desk } from "./desk.ts";
import { lookType } from "./ledger.ts";

const labelOf = ({ argument }: DeadRecord): string =>
  lookType.decode(argument.bytes ?? new Uint8Array()).label;

/** Somebody who alone replays and discards dead letters. */
export class LetterOffice {
  readonly #world: World;
  readonly #desk: Desk;
  readonly #skipped: ReadonlySet<string>;
  readonly discarded = new Set<string>();

  constructor(world: World, desk: Desk, skipped: ReadonlySet<string>) {
    this.#world = world;
    this.#desk = desk;
    this.#skipped = skipped;
  }

  async work(steps: number): Promise<void> {
    const { dice, scheduler } = this.#world;
    for (let left = steps; left > 0; left--) {
      await scheduler.wait(dice.delayMs(dice.pick([500, 20_000])));
      const letters = await this.#letters();
      const [first] = letters;
      if (first === undefined) continue;
      if (dice.chance(0.4)) await this.#one(dice.pick([first, ...letters]));
      else await this.#page(letters);
    }
  }

  /** Replays all that is left. */
  async empty(): Promise<void> {
    for (let left = 50; left > 0; left--) {
      const letters = await this.#letters();
      if (letters.length === 0) return;
      const upTo = letters.at(-1)?.number ?? 0;
      const page = { filter: {}, after: 0, upTo, limit: 1_000, isDryRun: false };
      await this.#desk.act("letters", { kind: "replay-all", ...page });
      await this.#world.scheduler.wait(1_000);
    }
    this.#world.violated("letters come again and again");
  }

  /** Those that survive a crash. */
  async #letters(): Promise<readonly DeadRecord[]> {
    const letters = await this.#desk.persist("letters", async (engine) => {
      await engine.flush();
      const { durableNumber } = engine.partition.journal;
      return engine.deadLetters(0, 1_000).filter(({ number }) => number <= durableNumber);
    });
    const labels = letters.map(labelOf);
    if (new Set(labels).size < labels.length) {
      this.#world.violated(`a letter is there twice: ${labels.join()}`);
    }
    for (const letter of letters) {
      if (letter.code !== "discarded_by_operator" || this.#skipped.has(labelOf(letter))) continue;
      this.#world.violated(`nobody wanted to skip ${labelOf(letter)}`);
    }
    return letters;
  }

  async #one(letter: DeadRecord): Promise<void> {
    const kind = this.#world.dice.chance(0.5) ? "replay" : "discard";
    const { number } = letter;
    const done = await this.#desk.act("letters", { kind, number });
    if (done !== undefined && kind === "discard") this.discarded.add(labelOf(letter));
  }

  async #page(letters: readonly DeadRecord[]): Promise<void> {
    const { dice } = this.#world;
    const filters: [DeadFilter, ...DeadFilter[]] = [
      {},
      { code: "discarded_by_operator" },
      { code: "non_retryable", reason: "bad" },
    ];
    const filter = dice.pick(filters);
    const { code = undefined } = filter;
    const upTo = dice.pick([letters[0], ...letters])?.number ?? 0;
    const limit = dice.integer(1, 3);
    const isDryRun = dice.chance(0.2);
    const kind = dice.chance(0.6) ? "replay-all" : "discard-all";
    const page = { filter, after: 0, upTo, limit, isDryRun };
    const wanted = letters
      .filter((letter) => letter.number <= upTo && letter.code === (code ?? letter.code))
      .slice(0, limit);
    const done = await this.#desk.act("letters", { kind, ...page });
    if (done?.count !== wanted.length) {
      this.#world.violated(`a page of ${wanted.length} letters was one of ${done?.count}`);
    }
    if (kind === "replay-all" || isDryRun) return;
    for (const letter of wanted) this.discarded.add(labelOf(letter));
  }
}
