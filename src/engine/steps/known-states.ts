import type { KnownStates } from "../../model/invocation.ts";
import type { EngineFunction } from "../contract/function-transport.ts";
import type { Instance } from "../mailboxes/instance.ts";

/** The states of an instance as they are in memory, for a step that runs here: nothing changes them before it has ended. */
export class OwnStates implements KnownStates {
  readonly #states: EngineFunction["states"];
  readonly #cells: NonNullable<Instance["cells"]>;

  constructor(states: EngineFunction["states"], cells: NonNullable<Instance["cells"]>) {
    this.#states = states;
    this.#cells = cells;
  }

  get(name: string): ReturnType<KnownStates["get"]> {
    return this.#states.has(name) ? this.#cells.get(name)?.value : undefined;
  }

  has(name: string): boolean {
    return this.#states.has(name);
  }

  *[Symbol.iterator](): ReturnType<KnownStates[typeof Symbol.iterator]> {
    for (const name of this.#states.keys()) yield [name, this.get(name)];
  }
}
