import type { Engine } from "../../src/engine/contract/engine.ts";
import type { EgressRow } from "../../src/engine/contract/records.ts";
import type { RecorderPlace } from "../../src/engine/contract/telemetry/recorder.ts";
import { inspect } from "../../src/host/inspect.ts";
import { StateFunError } from "../../src/internal/errors.ts";
import { batchTimeoutMs, functionsOf } from "./application.ts";
import { type Book, books, interpreter } from "./commands.ts";
import type { Dice } from "./dice.ts";
import { Disk, type Sabotage } from "./disk.ts";
import { Host, type Wiring } from "./host.ts";
import { Network } from "./network.ts";
import type { Operated } from "./operators/operated.ts";
import { Outside } from "./outside.ts";
import type { World } from "./world.ts";

/** One to four partitions, each with a process and a disk of its own, and the network between them. */
export class Cluster {
  readonly hosts: readonly [Host, ...Host[]];
  readonly outside: Outside;
  readonly #isEvictable: boolean;
  readonly #disks = new Map<Host, Disk>();

  constructor(
    world: World,
    sabotage: Sabotage | undefined,
    recordingOf?: (partition: string) => RecorderPlace,
  ) {
    const { dice } = world;
    const byName = new Map<string, Host>();
    const outside = new Outside(world);
    this.outside = outside;
    const network = new Network(world, byName);
    const plan = { isRemote: dice.chance(0.25), initialDelayMs: dice.pick([1, 100]) };
    const maxMailbox = dice.pick([3, 10_000]);
    // A partition that is full of a message, of a few, and one that never is.
    const maxPendingBytes = dice.pick([500, 4_000, 536_870_912]);
    const isEvictable = dice.chance(0.5);
    this.#isEvictable = isEvictable;
    const wiring =
      (name: string): Wiring =>
      (life) => ({
        placement: ({ id }) => this.hostOf(id).name,
        isPartition: () => true,
        deliver: (partition, batch) => network.deliver(life, partition, batch),
        functions: functionsOf(world, plan, life),
        egresses: outside.egresses(life, name),
        timeoutMs: batchTimeoutMs,
        maxMailbox,
        maxPendingBytes,
        isEvictable,
        ...(isEvictable ? { leftoverWaitMs: 50 } : {}),
        // However often a process dies, no message is given up for it.
        maxCrashes: Number.MAX_SAFE_INTEGER,
        idempotencyRetentionMs: 604_800_000,
        tokenScope: "address",
        recording: recordingOf?.(name),
        onError: () => {},
      });
    const host = (index: number): Host => {
      const name = `p${index}`;
      const disk = new Disk(world, sabotage, isEvictable);
      const made = new Host(name, world, disk, wiring(name));
      byName.set(name, made);
      this.#disks.set(made, disk);
      return made;
    };
    const others = dice.integer(0, 3);
    this.hosts = [host(0), ...Array.from({ length: others }, (_, index) => host(index + 1))];
  }

  start(): void {
    for (const host of this.hosts) host.start();
  }

  /** Ends some process, and starts it again with the disk that it had at an earlier time. */
  restore(dice: Dice): void {
    const host = dice.pick(this.hosts);
    host.die("to be restored");
    this.#disks.get(host)?.setBack();
    // Numbers of records are given again there.
    this.outside.forget(host.name);
  }

  readonly operated: Operated = {
    at: (id, work) => workAt(this.hostOf(id), work),
    // Of the address of dead letters.
    atLetters: (work) => workAt(this.hostOf(""), work),
    partitionOf: (id) => this.hostOf(id).name,
    lifeOf: (partition) => this.hosts.find(({ name }) => name === partition)?.lives ?? 0,
  };

  /** What was written of actions, in all partitions. */
  activity(): readonly EgressRow[] {
    return [...this.#disks.values()].flatMap((disk) =>
      disk.read().kept("statefun/activity", 0, 1_000_000, 0),
    );
  }

  /** Where an instance of the interpreter is. */
  hostOf(id: string): Host {
    let hash = 0x811c9dc5;
    for (const letter of `${interpreter}/${id}`) {
      hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
    }
    return this.hosts[(hash >>> 8) % this.hosts.length] ?? this.hosts[0];
  }

  async bookOf(id: string): Promise<Book | undefined> {
    const { engine } = this.hostOf(id);
    const instance = engine && inspect(engine, { typename: interpreter, id });
    const bytes = instance?.state.get("book")?.bytes;
    return bytes && books.decode(bytes);
  }

  /** When all is done nothing may be left behind, in memory or in a store. */
  async *leftovers(): AsyncIterable<string> {
    // Where windows are billed, a few acknowledged messages stay in the outbox until one is written.
    const mostAcknowledged = this.#isEvictable ? 15 : 0;
    for (const [{ name, engine }, disk] of this.#disks) {
      const health = engine?.health();
      const isWell =
        health?.failure === undefined &&
        health?.pendingMessages === 0 &&
        health.runningSteps === 0 &&
        health.deadLetters === 0 &&
        health.waitingLinks.length === 0;
      if (!isWell) yield `${name} is not done: ${JSON.stringify(health)}`;
      const store = disk.read();
      const dead = store.dead(0, 1)[0];
      if (dead !== undefined) yield `a dead letter at ${name}: ${dead.code} ${dead.reason}`;
      if (store.messages(0, 1).length > 0) yield `${name} has messages`;
      if (store.nextDue() !== undefined) yield `${name} has timers`;
      if (store.unsentEgresses().length > 0) yield `${name} has unsent records`;
      let acknowledged = 0;
      for (const { link } of store.linksOut()) acknowledged += store.outbox(link, 0, 16).length;
      if (acknowledged > mostAcknowledged) yield `${name} has unsent messages`;
    }
  }
}

async function workAt<T>({ engine }: Host, work: (engine: Engine) => Promise<T>): Promise<T> {
  if (engine === undefined) throw new StateFunError("unavailable", "nobody listens");
  return work(engine);
}
