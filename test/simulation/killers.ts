import { int } from "statefun";
import type { Engine } from "../../src/engine/contract/engine.ts";
import { inspect } from "../../src/host/inspect.ts";
import { StateFunError } from "../../src/internal/errors.ts";
import { Disk } from "./disk.ts";
import { Host } from "./host.ts";
import { type Deed, deeds, probe, timeoutMs, work, workOf } from "./killers-program.ts";
import type { Run } from "./simulate.ts";
import { World } from "./world.ts";

/** Others wait for suspects for a second in total; the rest is what windows and disks take. */
const longestWaitMs = 1_500;
/** What a killer costs at most. Without company it is eight to ten; a late one in company is not blamed each time. */
const mostCrashes = 60;

/** Killers among harmless messages, on a machine that starts the process again each time. */
export async function simulateKillers(seed: number, keepsTrace = false): Promise<Run> {
  const world = new World(seed, keepsTrace);
  Object.assign(world.faults, { crash: 0, jump: 0, skew: 0, refuseCommit: 0 });
  // How long somebody waits is known where the loop itself is not late.
  world.scheduler.lateness = 0;
  const machine = new Machine(world);
  await machine.run();
  machine.judge();
  const { violations, crashes, refusals, trace } = world;
  return { seed, violations, crashes, refusals, hash: trace.hash, trace: trace.lines };
}

class Machine {
  readonly #world: World;
  readonly #disk: Disk;
  readonly #host: Host;
  /** How long each of them lets the process live. */
  readonly #killers: readonly number[];
  /** How long each of them takes. */
  readonly #harmless: readonly number[];
  readonly #instances: number;
  /** All at once, or new ones again and again. */
  readonly #spreadMs: number;
  readonly #probeMs: number;
  #isProbing: boolean;
  /** Messages that are not accepted yet. */
  #open = 0;

  constructor(world: World) {
    const { dice } = world;
    this.#world = world;
    this.#disk = new Disk(world, undefined);
    this.#probeMs = dice.pick([0, 0, 30, 500]);
    this.#isProbing = dice.chance(0.5);
    this.#host = this.#made();
    // Killers of one run kill after much the same time, or each at its own.
    const longestMs = dice.pick([0, 800, 6_000, 20_000]);
    const fuse = (): number => (dice.chance(0.4) ? 0 : dice.integer(0, longestMs));
    this.#killers = Array.from({ length: dice.integer(1, dice.pick([1, 3, 8])) }, fuse);
    this.#harmless = Array.from({ length: dice.integer(0, 60) }, () =>
      dice.chance(0.5) ? 0 : dice.integer(1, dice.pick([50, 2_000, 20_000])),
    );
    this.#instances = dice.pick([1, 7, 1_000]);
    this.#spreadMs = dice.pick([0, 3_000, 100_000]);
  }

  async run(): Promise<void> {
    const { scheduler, dice } = this.#world;
    this.#host.start();
    this.#harmless.forEach((afterMs, index) => {
      const deed: Deed = { kind: "harmless", afterMs };
      void this.#send(this.#idOf(index), deed, `harmless ${index}`);
    });
    this.#killers.forEach((afterMs, index) => {
      void this.#send(`k${index}`, { kind: "kill", afterMs }, `kill ${index}`);
    });
    if (this.#isProbing) void this.#probeOften();
    await scheduler.run(dice.integer(2_000, 20_000));
    this.#isProbing = false;
    const ending = await scheduler.run(200_000);
    if (ending === "restless") this.#world.violated("it never comes to rest");
  }

  /** Each killer is given up, everything else was handled once, and nothing is left. */
  judge(): void {
    const { violated, crashes } = this.#world;
    const store = this.#disk.read();
    const dead = store.dead(0, 1_000);
    for (const { target, code, reason } of dead) {
      const isKiller = target?.id.startsWith("k") === true && code === "non_retryable";
      if (!isKiller) violated(`dead letter of ${target?.id}: ${code} ${reason}`);
    }
    const killers = this.#killers.length;
    if (dead.length !== killers) violated(`${dead.length} dead letters of ${killers} killers`);
    const counts = new Map<string, number>();
    for (const index of this.#harmless.keys()) {
      counts.set(this.#idOf(index), (counts.get(this.#idOf(index)) ?? 0) + 1);
    }
    for (const [id, count] of counts) {
      const total = this.#totalOf(id);
      if (total !== count) violated(`${id} has ${total} of ${count}`);
    }
    if (this.#open > 0) violated(`${this.#open} messages were never accepted`);
    if (store.messages(0, 1).length > 0) violated("messages are left");
    const deaths = crashes.get("by a message") ?? 0;
    if (deaths > mostCrashes * killers) violated(`${deaths} crashes for ${killers} killers`);
  }

  #made(): Host {
    return new Host("here", this.#world, this.#disk, (life) => ({
      placement: () => "here",
      isPartition: () => true,
      deliver: async () => new Promise(() => {}),
      functions: workOf({
        life,
        die: () => this.#host.die("by a message"),
        probeMs: this.#probeMs,
        note: (line) => this.#world.note(line),
      }),
      egresses: { get: () => undefined, keys: () => [] },
      timeoutMs,
      maxMailbox: 10_000,
      maxPendingBytes: 536_870_912,
      isEvictable: false,
      maxCrashes: 8,
      idempotencyRetentionMs: 604_800_000,
      tokenScope: "address",
      onError: () => {},
    }));
  }

  #idOf(harmless: number): string {
    return `h${harmless % this.#instances}`;
  }

  #totalOf(id: string): number {
    const { engine } = this.#host;
    const total = engine && inspect(engine, { typename: work, id })?.state.get("total")?.bytes;
    return total === undefined ? 0 : int.decode(total);
  }

  /** Sends with a key until it is accepted. */
  async #send(id: string, deed: Deed, idempotencyKey: string): Promise<void> {
    const { scheduler, dice, violated } = this.#world;
    const bytes = new TextEncoder().encode(JSON.stringify(deed));
    const argument = { typename: deeds.typename, bytes, headers: [] };
    const arrival = { target: { typename: work, id }, argument, idempotencyKey, delayMs: 0 };
    this.#open++;
    await scheduler.wait(dice.integer(0, this.#spreadMs));
    for (;;) {
      await scheduler.wait(dice.delayMs(500));
      const { engine } = this.#host;
      if (engine === undefined) continue;
      try {
        await engine.send(arrival);
        break;
      } catch (error) {
        if (!(error instanceof StateFunError)) violated(String(error));
      }
    }
    this.#open--;
  }

  /** Somebody who has nothing to do with all that, and is answered within the time that is promised. */
  async #probeOften(): Promise<void> {
    const { scheduler, dice } = this.#world;
    for (let round = 0; this.#isProbing; round++) {
      await scheduler.wait(dice.integer(1, dice.pick([20, 400, 3_000])));
      const { engine } = this.#host;
      if (engine !== undefined) await this.#ask(engine, round);
    }
  }

  #ask(engine: Engine, round: number): Promise<void> {
    const { scheduler, violated } = this.#world;
    const since = scheduler.now();
    const target = { typename: probe, id: `${round}` };
    const argument = { typename: int.typename, bytes: int.encode(round), headers: [] };
    const arrival = { target, argument, idempotencyKey: undefined, delayMs: 0 };
    return new Promise((resolve) => {
      try {
        engine.call(arrival, (answer) => {
          const tookMs = scheduler.now() - since;
          const isLate = answer.kind !== "lost" && tookMs > longestWaitMs + this.#probeMs;
          if (isLate) violated(`a call was answered after ${tookMs} ms`);
          resolve();
        });
      } catch {
        // It has just died.
        resolve();
      }
    });
  }
}
