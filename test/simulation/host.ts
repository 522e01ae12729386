import type { Engine } from "../../src/engine/contract/engine.ts";
import type { EngineOptions, EngineParts, Linked } from "../../src/engine/contract/options.ts";
import type { LinkStore } from "../../src/engine/contract/store.ts";
import { createEngine } from "../../src/engine/create-engine.ts";
import { StateFunError } from "../../src/internal/errors.ts";
import { withCrashPoints } from "../../src/testing/crash-points.ts";
import { bytesBy } from "../../src/testing/random.ts";
import type { Disk } from "./disk.ts";
import type { World } from "./world.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** One life of a process. What it set in motion ends with it. */
export interface Life {
  /** Says what of this process survives a loss of power. */
  readonly disk: Pick<Disk, "syncedNumber" | "syncedLink">;
  /** May end it; true when it has ended, and then nothing it does has an effect. */
  readonly crashes: (where: string) => boolean;
  /** A timer of this process. */
  readonly after: (delayMs: number, run: () => void) => () => void;
}

/** Everything of an engine's options that is not the process's own. */
export type Wiring = (
  life: Life,
) => Omit<
  EngineParts & Linked,
  "store" | "name" | "clock" | "longestWaitMs" | "random" | "randomBytes" | "defer" | "onOpen"
>;

/** A process with one partition, on a machine that starts it again after every crash. */
export class Host {
  readonly name: string;
  readonly #world: World;
  readonly #disk: Disk;
  readonly #wiring: Wiring;
  readonly #defer: (run: () => void) => void;
  #kill: (() => void) | undefined;
  engine: Engine | undefined;
  /** How often it was started. */
  lives = 0;

  constructor(name: string, world: World, disk: Disk, wiring: Wiring) {
    this.name = name;
    this.#world = world;
    this.#disk = disk;
    this.#wiring = wiring;
    this.#defer = world.scheduler.line();
  }

  start(): void {
    const { scheduler, dice } = this.#world;
    // A machine's clock may be wrong in one life: together with the jumps of the world by less than the seven days
    // after which a link counts as silent.
    const mostMs = dice.chance(0.3) ? 2 * dayMs : hourMs;
    const skewMs = this.#world.happens("skew") ? dice.integer(-mostMs, mostMs) : 0;
    this.lives++;
    let isAlive = true;
    let stop: (error: StateFunError) => void = () => {};
    const kill = (): void => {
      isAlive = false;
      this.engine = undefined;
      this.#kill = undefined;
      stop(new StateFunError("unavailable", `the process of ${this.name} died`));
      this.#disk.crash();
      scheduler.after(dice.delayMs(2_000), () => this.start());
    };
    this.#kill = kill;
    const crashes = (where: string): boolean => {
      if (isAlive && this.#world.happens("crash")) this.die(where);
      return !isAlive;
    };
    const after = (delayMs: number, run: () => void): (() => void) =>
      scheduler.after(delayMs, () => {
        if (isAlive && !crashes("before a timer")) run();
      });
    const options: EngineOptions = {
      ...this.#wiring({ crashes, after, disk: this.#disk }),
      name: this.name,
      store: this.#store(crashes),
      clock: { now: () => scheduler.now() + skewMs, monotonic: scheduler.monotonic, after },
      longestWaitMs: 60_000,
      random: dice.random,
      randomBytes: bytesBy(dice.random),
      defer: (run) => this.#defer(() => isAlive && run()),
      onOpen: (_, stopEngine) => {
        stop = stopEngine;
        crashes("while it opens");
      },
    };
    createEngine(options).then(
      (engine) => {
        if (!isAlive) return;
        this.#world.note(`${this.name} has started`);
        this.engine = engine;
      },
      (error) => {
        // That of a crash is what was asked for.
        if (isAlive) this.#world.violated(`${this.name} could not start: ${String(error)}`);
      },
    );
  }

  /** Ends the present life, if there is one. */
  die(where: string): void {
    if (this.#kill === undefined) return;
    const { crashes } = this.#world;
    crashes.set(where, (crashes.get(where) ?? 0) + 1);
    this.#world.note(`${this.name} dies ${where}`);
    this.#kill();
  }

  #store(crashes: Life["crashes"]): LinkStore {
    const inner = this.#disk.store();
    const store = withCrashPoints(inner, crashes);
    const open: LinkStore["open"] = async () => {
      if (crashes("before it opens")) throw new StateFunError("unavailable", "died");
      const opened = await inner.open();
      if (crashes("after it opened")) throw new StateFunError("unavailable", "died");
      return opened;
    };
    const commit: LinkStore["commit"] = (window) => {
      const { sequence, lastNumber } = window;
      this.#world.note(`${this.name} commits ${sequence} up to ${lastNumber}`);
      store.commit(window);
    };
    return Object.create(store, { open: { value: open }, commit: { value: commit } });
  }
}
