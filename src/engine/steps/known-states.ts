import type { KnownStates } from "../../model/invocation.ts";
import type { EngineFunction } from "../contract/function-transport.ts";
import { type Cells, cellIn, valueIn } from "../mailboxes/cells.ts";

/** The states of an instance as they are in memory, for a step that runs here: nothing changes them before it has ended. */
export class OwnStates implements KnownStates {
  readonly #states: EngineFunction["states"];
  readonly #cells: Cells;

  constructor(states: EngineFunction["states"], cells: Cells) {
    this.#states = states;
    this.#cells = cells;
  }

  get(name: string): ReturnType<KnownStates["get"]> {
    const cell = this.#states.has(name) ? cellIn(this.#cells, name) : undefined;
    return cell && valueIn(cell);
  }

  has(name: string): boolean {
    return this.#states.has(name);
  }

  *[Symbol.iterator](): ReturnType<KnownStates[typeof Symbol.iterator]> {
    for (const name of this.#states.keys()) yield [name, this.get(name)];
  }
}
