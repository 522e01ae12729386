import type { LinkStore } from "../../src/engine/contract/store.ts";
import { inspect } from "../../src/host/inspect.ts";
import type { Cluster } from "./cluster.ts";
import { type Book, books, interpreter, labels, marks, verifications } from "./commands.ts";
import type { Host } from "./host.ts";
import type { Outside } from "./outside.ts";
import type { Program } from "./program.ts";
import type { World } from "./world.ts";

/** Compares what became of a program with what had to become of it. */
export class Verdict {
  readonly #world: World;
  readonly #program: Program;

  constructor(world: World, program: Program) {
    this.#world = world;
    this.#program = program;
  }

  of(cluster: Cluster): void {
    this.#instances(cluster);
    this.#emissions(cluster.outside);
    // Where windows are billed, a few acknowledged messages stay in the outbox until one is written.
    const mostAcknowledged = cluster.isEvictable ? 15 : 0;
    for (const [host, disk] of cluster.disks()) {
      this.#leftovers(host, disk.read(), mostAcknowledged);
    }
  }

  /** The increments, by the state itself and by what the function said of it; order; cancellations. */
  #instances(cluster: Cluster): void {
    const { outside } = cluster;
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
      const book = this.#book(cluster.hostOf(id), id);
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

  #emissions(outside: Outside): void {
    const { emitted } = this.#program;
    const counts = outside.counts(labels);
    for (const label of emitted) {
      const count = counts.get(label) ?? 0;
      if (count !== 1) this.#violated(`${label} was emitted ${count} times`);
    }
    if (counts.size > emitted.size) this.#violated(`emitted ${[...counts]}, not ${[...emitted]}`);
  }

  /** When all is done nothing may be left behind, in memory or in a store. */
  #leftovers(host: Host, store: LinkStore, mostAcknowledged: number): void {
    const { name, engine } = host;
    const health = engine?.health();
    const isWell =
      health?.failure === undefined &&
      health?.pendingMessages === 0 &&
      health.runningSteps === 0 &&
      health.deadLetters === 0 &&
      health.waitingLinks.length === 0;
    if (!isWell) this.#violated(`${name} is not done: ${JSON.stringify(health)}`);
    const dead = store.dead(0, 1)[0];
    if (dead !== undefined) this.#violated(`a dead letter at ${name}: ${dead.code} ${dead.reason}`);
    if (store.messages(0, 1).length > 0) this.#violated(`${name} has messages`);
    if (store.nextDue() !== undefined) this.#violated(`${name} has timers`);
    if (store.unsentEgresses().length > 0) this.#violated(`${name} has unsent records`);
    let acknowledged = 0;
    for (const { link } of store.linksOut()) acknowledged += store.outbox(link, 0, 16).length;
    if (acknowledged > mostAcknowledged) this.#violated(`${name} has unsent messages`);
  }

  #book(host: Host, id: string): Book | undefined {
    const instance = host.engine && inspect(host.engine, { typename: interpreter, id });
    const bytes = instance?.state.get("book")?.bytes;
    return bytes && books.decode(bytes);
  }

  #violated(text: string): void {
    this.#world.violated(text);
  }
}
