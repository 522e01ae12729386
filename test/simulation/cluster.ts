import { batchTimeoutMs, functionsOf } from "./application.ts";
import { interpreter } from "./commands.ts";
import { Disk, type Sabotage } from "./disk.ts";
import { Host, type Wiring } from "./host.ts";
import { Network } from "./network.ts";
import { Outside } from "./outside.ts";
import type { World } from "./world.ts";

/** One to four partitions, each with a process and a disk of its own, and the network between them. */
export class Cluster {
  readonly hosts: readonly [Host, ...Host[]];
  readonly outside: Outside;
  readonly isEvictable: boolean;
  readonly #disks = new Map<Host, Disk>();

  constructor(world: World, sabotage: Sabotage | undefined) {
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
    this.isEvictable = isEvictable;
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

  /** Where an instance of the interpreter is. */
  hostOf(id: string): Host {
    let hash = 0x811c9dc5;
    for (const letter of `${interpreter}/${id}`) {
      hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
    }
    return this.hosts[(hash >>> 8) % this.hosts.length] ?? this.hosts[0];
  }

  *disks(): Iterable<readonly [Host, Disk]> {
    yield* this.#disks;
  }
}
