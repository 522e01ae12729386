import type { Engine } from "../../../src/engine/contract/engine.ts";
import type { World } from "../world.ts";
import { ledger } from "./ledger.ts";
import type { Operated } from "./operated.ts";

interface Watched {
  readonly covers: (id: string) => boolean;
  readonly partition: string;
  readonly life: number;
  /** Instances whose steps ran when the pause was acknowledged: these may end. */
  readonly running: ReadonlySet<string>;
}

/** Notices a handler that starts although its instance is surely paused. */
export class PauseWatch {
  readonly #world: World;
  readonly #operated: Operated;
  readonly #paused = new Set<Watched>();

  constructor(world: World, operated: Operated) {
    this.#world = world;
    this.#operated = operated;
  }

  /** A pause was acknowledged, and nobody has ordered its end. The result says that somebody does. */
  begin(covers: Watched["covers"], partition: string, running: ReadonlySet<string>): () => void {
    const life = this.#operated.lifeOf(partition);
    const watched = { covers, partition, life, running };
    this.#paused.add(watched);
    return () => void this.#paused.delete(watched);
  }

  started(id: string): void {
    const partition = this.#operated.partitionOf(id);
    const life = this.#operated.lifeOf(partition);
    for (const one of this.#paused) {
      if (one.partition !== partition || !one.covers(id)) continue;
      if (one.life === life && one.running.has(id)) continue;
      this.#world.violated(`${id} was handled although it is paused`);
    }
  }
}

/** Instances of the ledger whose steps run now. */
export function runningIn({ partition }: Engine): ReadonlySet<string> {
  const running = new Set<string>();
  for (const { address, isRunning } of partition.mailboxes) {
    if (isRunning && address.typename === ledger) running.add(address.id);
  }
  return running;
}
