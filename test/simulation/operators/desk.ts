import "../../../src/engine/actions/act.ts";
import type { Action, ActionResult, Order } from "../../../src/engine/contract/actions.ts";
import type { Engine } from "../../../src/engine/contract/engine.ts";
import { StateFunError } from "../../../src/internal/errors.ts";
import type { World } from "../world.ts";
import type { Operated, OrderSabotage } from "./operated.ts";

/** By these an operator does not know, or knows to try again. */
const passing = new Set(["unavailable", "draining", "store_failed", "mailbox_full", "busy"]);

type Place = { readonly id: string } | "letters";

/** Orders actions again and again until it is told what became of them. */
export class Desk {
  readonly #world: World;
  readonly operated: Operated;
  readonly #sabotage: OrderSabotage | undefined;
  /** How often each action was done. */
  readonly done = new Map<string, number>();
  /** Keys of actions that had an effect. */
  readonly effective = new Set<string>();
  #keys = 0;
  /** What is waited for. */
  open = 0;

  constructor(world: World, operated: Operated, sabotage: OrderSabotage | undefined) {
    this.#world = world;
    this.operated = operated;
    this.#sabotage = sabotage;
  }

  nextKey(): string {
    return `action ${++this.#keys}`;
  }

  /** What became of an action; undefined if it was refused with one of these codes. */
  async act(
    place: Place,
    action: Action,
    refusals: readonly string[] = [],
  ): Promise<ActionResult | undefined> {
    const key = this.nextKey();
    const order: Order = { action, key, who: "operator", why: key };
    const once = () => this.persist(place, (engine) => this.#order(engine, order));
    try {
      const result = await once();
      this.done.set(action.kind, (this.done.get(action.kind) ?? 0) + 1);
      const isDry = "isDryRun" in action && action.isDryRun;
      if (result.count > 0 && !isDry) this.effective.add(key);
      if (!isDry && this.#world.dice.chance(0.3)) await this.#again(once, result, key);
      return result;
    } catch (error) {
      const code = error instanceof StateFunError ? error.code : "";
      if (!refusals.includes(code)) {
        this.#world.violated(`${key}, ${action.kind}, failed: ${String(error)}`);
      }
      return undefined;
    }
  }

  async #again(once: () => Promise<ActionResult>, first: ActionResult, key: string): Promise<void> {
    const { dice, scheduler } = this.#world;
    await scheduler.wait(dice.delayMs(2_000));
    const { isDuplicate, count, next } = await once();
    if (isDuplicate && count === first.count && next === first.next) return;
    this.#world.violated(`${key} was done twice`);
  }

  #order(engine: Engine, order: Order): Promise<ActionResult> {
    return engine.act(this.#sabotage === undefined ? order : this.#sabotage(engine, order));
  }

  /** Does something until it is known what became of it. */
  async persist<T>(place: Place, work: (engine: Engine) => Promise<T>): Promise<T> {
    const { scheduler, dice } = this.#world;
    this.open++;
    try {
      for (;;) {
        await scheduler.wait(dice.delayMs(20));
        try {
          return await (place === "letters"
            ? this.operated.atLetters(work)
            : this.operated.at(place.id, work));
        } catch (error) {
          if (!(error instanceof StateFunError) || !passing.has(error.code)) throw error;
        }
        await scheduler.wait(dice.delayMs(3_000));
      }
    } finally {
      this.open--;
    }
  }
}
