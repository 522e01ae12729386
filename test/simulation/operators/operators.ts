import type { EgressRow } from "../../../src/engine/contract/records.ts";
import type { World } from "../world.ts";
import { Desk } from "./desk.ts";
import { type LedgerSurroundings, looks } from "./ledger.ts";
import { LetterOffice } from "./letter-office.ts";
import type { Operated, OrderSabotage } from "./operated.ts";
import { Operator } from "./operator.ts";
import { PauseWatch } from "./pause-watch.ts";

/** All who act on the engines of a run, and what they are promised. */
export class Operators {
  readonly #world: World;
  readonly #desk: Desk;
  readonly #office: LetterOffice;
  readonly #operators: ReadonlyMap<string, Operator>;
  readonly #watch: PauseWatch;
  #isMended = false;
  /** Who is at work. */
  #working = 0;

  constructor(world: World, operated: Operated, sabotage: OrderSabotage | undefined) {
    this.#world = world;
    const desk = new Desk(world, operated, sabotage);
    const watch = new PauseWatch(world, operated);
    this.#desk = desk;
    this.#watch = watch;
    const skipped = new Set<string>();
    this.#office = new LetterOffice(world, desk, skipped);
    const ids = Array.from({ length: world.dice.integer(1, 3) }, (_, index) => `o${index}`);
    this.#operators = new Map(
      ids.map((id) => [id, new Operator(world, desk, watch, id, skipped)] as const),
    );
  }

  readonly surroundings: LedgerSurroundings = {
    started: (id) => this.#watch.started(id),
    isMended: () => this.#isMended,
  };

  /** How often each action was done. */
  get done(): ReadonlyMap<string, number> {
    return this.#desk.done;
  }

  work(): void {
    const { dice } = this.#world;
    this.#isMended = false;
    for (const operator of this.#operators.values()) {
      this.#during(operator.work(dice.integer(0, 12)));
    }
    this.#during(this.#office.work(dice.integer(0, 6)));
  }

  /** When nothing goes wrong any longer: nothing stays paused, and no letter is left. */
  end(): void {
    this.#isMended = true;
    void this.#empty();
  }

  async #empty(): Promise<void> {
    while (this.#working > 0) await this.#world.scheduler.wait(5_000);
    await this.#office.empty();
  }

  #during(work: Promise<void>): void {
    this.#working++;
    work.finally(() => {
      this.#working--;
    });
  }

  /** Something left. */
  taken(egress: string, number: number, value: string): void {
    if (egress !== looks) return;
    const [id = "", label = "", note = "", count = ""] = value.split("|");
    this.#operators.get(id)?.page.see(number, label, note, Number(count));
  }

  /** `activity` are the records of what was done, as far as they were not deleted meanwhile. */
  *problems(activity: readonly EgressRow[], isComplete: boolean): Iterable<string> {
    if (this.#desk.open > 0) yield `${this.#desk.open} orders were never answered`;
    for (const { page } of this.#operators.values()) {
      for (const [label, sent] of page.sent) {
        if (this.#office.discarded.has(label)) sent.fate = "never";
      }
      yield* page.problems();
    }
    const keys = activity.map(({ argument }) => {
      return String(JSON.parse(new TextDecoder().decode(argument.bytes)).why);
    });
    const recorded = new Set(keys);
    if (recorded.size < keys.length) yield `an action was recorded twice: ${keys.join()}`;
    for (const key of isComplete ? this.#desk.effective : []) {
      if (!recorded.has(key)) yield `${key} was never recorded`;
    }
    if (!isComplete) return;
    for (const key of recorded) {
      if (!this.#desk.effective.has(key)) yield `${key} was recorded, and had no effect`;
    }
  }
}
