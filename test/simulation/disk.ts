import type { LinkOut } from "../../src/engine/contract/records.ts";
import type { LinkStore, LinkWindow } from "../../src/engine/contract/store.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import { overridden } from "../../src/testing/crash-points.ts";
import { linkStoreOf } from "../store/subject.ts";
import type { World } from "./world.ts";

/** Puts a bug into a store: what it returns replaces methods of the store. */
export type Sabotage = (store: LinkStore, memory: Set<number>) => Partial<LinkStore>;

/** Refusals in a row: an engine stops for good after a minute of them. */
const maxRefusals = 12;

/**
 * A disk with a cache: what was committed can be read at once, and survives a loss of power when `durable`
 * has resolved. A crash may lose what was not synced, from some window on.
 */
export class Disk {
  readonly #world: World;
  readonly #sabotage: Sabotage | undefined;
  readonly #log: LinkWindow[] = [];
  #synced = 0;
  #handle = memoryStore();
  #life = 0;
  #refusals = 0;
  #close = (): void => {};
  /** For bugs that outlive a crash. */
  readonly #memory = new Set<number>();

  /** What is found at an opening survives a loss of power, as in the storage of an object. */
  readonly #isSafeOnceOpen: boolean;

  constructor(world: World, sabotage: Sabotage | undefined, isSafeOnceOpen: boolean = false) {
    this.#world = world;
    this.#sabotage = sabotage;
    this.#isSafeOnceOpen = isSafeOnceOpen;
  }

  /** The store of one life. */
  store(): LinkStore {
    const life = ++this.#life;
    const inner = linkStoreOf(this.#handle);
    this.#close = () => inner.close();
    const store = overridden<LinkStore, LinkStore>(inner, {
      commit: (window) => this.#commit(inner, window),
      durable: () => this.#durable(life),
    });
    return this.#sabotage === undefined
      ? store
      : overridden<LinkStore, LinkStore>(store, this.#sabotage(store, this.#memory));
  }

  /** The last number given out in what survives a loss of power. */
  get syncedNumber(): number {
    return this.#log[this.#synced - 1]?.lastNumber ?? 0;
  }

  /** What survives a loss of power of the sending end of a link. */
  syncedLink(link: string): LinkOut | undefined {
    for (let index = this.#synced - 1; index >= 0; index--) {
      const found = this.#log[index]?.linksOut.added.find((added) => added.link === link);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** What is on it, to look at only. */
  read(): LinkStore {
    return linkStoreOf(this.#handle);
  }

  /** The process died, or the power went. */
  crash(): void {
    const { dice, faults } = this.#world;
    this.#life++;
    this.#close();
    const kept = faults.powerLoss ? dice.integer(this.#synced, this.#log.length) : this.#log.length;
    if (this.#isSafeOnceOpen) this.#synced = kept;
    if (kept < this.#log.length) this.#keep(kept);
  }

  /** Only so many windows. */
  #keep(kept: number): void {
    this.#log.length = kept;
    this.#handle = memoryStore();
    const store = linkStoreOf(this.#handle);
    // A memory store is open when the call returns.
    void store.open();
    for (const window of this.#log) store.commit(window);
    store.close();
  }

  /** Puts back what it held after some earlier window. Nothing runs on it. */
  setBack(): void {
    const kept = this.#world.dice.integer(0, this.#log.length);
    this.#synced = kept;
    this.#keep(kept);
  }

  #commit(inner: LinkStore, window: LinkWindow): void {
    const refuses = this.#world.happens("refuseCommit") && this.#refusals < maxRefusals;
    this.#refusals = refuses ? this.#refusals + 1 : 0;
    // Whether the window was written, whoever gets an error cannot know.
    if (refuses && this.#world.dice.chance(0.5)) throw new Error("the disk is full");
    inner.commit(window);
    if (window.sequence > this.#log.length) this.#log.push(window);
    if (refuses) throw new Error("the disk is slow");
  }

  async #durable(life: number): Promise<void> {
    const mark = this.#log.length;
    if (this.#world.happens("slowDisk")) {
      await this.#world.scheduler.wait(this.#world.dice.delayMs(30));
    }
    if (life !== this.#life) throw new Error("the process has died");
    if (mark > this.#synced) this.#synced = mark;
  }
}
