import { StatefulFunctions, string } from "statefun";
import { directoryOf } from "../../../src/durable-object/directory-shards.ts";
import { Turns } from "../../../src/durable-object/object/turns.ts";
import { placementOf } from "../../../src/durable-object/object-names.ts";
// Loaded with the first engine otherwise, for which no virtual time waits.
import "../../../src/engine/directory/parts.ts";
import type { ObjectRpc } from "../../../src/durable-object/object-rpc.ts";
import { resultOf } from "../../../src/durable-object/rpc-result.ts";
import { listed } from "../../../src/durable-object/worker/listing.ts";
import { workerHost } from "../../../src/durable-object/worker/worker-host.ts";
import type { LinkBatch } from "../../../src/engine/contract/links.ts";
import { localApplication } from "../../../src/host/application.ts";
import { resolveRuntimeOptions } from "../../../src/host/options.ts";
import { createObjectStore } from "../../../src/store/object/object-store.ts";
import { type Run, rest } from "../simulate.ts";
import { World } from "../world.ts";
import { type ObjectLife, SimObject } from "./sim-object.ts";
import type { Snapshot } from "./storage.ts";

const dayMs = 86_400_000;
const customer = "shop/customer";
const guest = "shop/guest";
/** So long is a guest remembered. */
const guestMs = 60_000;

function functionsOf(): StatefulFunctions<unknown> {
  const functions = new StatefulFunctions<unknown>("directory");
  const state = { name: string, note: string } as const;
  const ref = functions.bind(customer, { accepts: string, state }, (context, text) => {
    for (const word of text.split(" ")) {
      if (word === "here") context.state.name = word;
      else if (word === "note") context.state.note = word;
      else if (word === "gone") context.state.name = context.state.note = undefined;
      else if (word.startsWith("later:")) context.sendAfter(5_000, ref.at(word.slice(6)), "gone");
      else if (word.startsWith("tell:")) context.send(ref.at(word.slice(5)), "here");
    }
  });
  const seen = { type: string, expireAfterWriteMs: guestMs } as const;
  functions.bind(guest, { accepts: string, state: { seen } }, (context, text) => {
    context.state.seen = text;
  });
  return functions;
}

/** One run: addresses come and go while objects end, and batches are lost, repeated and late. The directory has to end right. */
export async function simulateDirectory(seed: number, keepsTrace = false): Promise<Run> {
  const world = new World(seed, keepsTrace);
  const directory = new DirectoryWorld(world);
  world.disaster = () => directory.disaster();
  const { dice } = world;
  // What heals by itself after a time would hide what is wrong before.
  const mode = dice.pick(["left alone", "left alone", "switched", "restored"] as const);
  const rounds = dice.integer(1, mode === "left alone" ? 2 : 4);
  for (let round = 0; round < rounds; round++) {
    world.faults.isOn = true;
    directory.isOn = mode === "left alone" || dice.chance(0.6);
    for (let lane = dice.integer(1, 4); lane > 0; lane--) void directory.lane(dice.integer(1, 12));
    await rest(world, dice.integer(500, 5_000));
    if (mode !== "restored") continue;
    if (dice.chance(0.4)) {
      directory.restore();
      // So long after what was restored that each object that is written says it once more.
      world.scheduler.jump(2 * dayMs);
    }
    directory.keep();
  }
  directory.isOn = true;
  if (dice.chance(0.5)) await directory.guests();
  // What came while it was off is entered when it is written next.
  if (mode !== "left alone") void directory.touchAll();
  await rest(world, 0);
  if (mode === "restored") {
    // All guests are gone by then, and the objects that had nothing else.
    world.scheduler.jump(10 * dayMs);
    await rest(world, 0);
    void directory.touchAll([customer]);
    await rest(world, 0);
  }
  if (directory.open > 0) world.violated(`${directory.open} requests were never answered`);
  await directory.judge(mode);
  const { violations, crashes, refusals, trace } = world;
  return { seed, violations, crashes, refusals, hash: trace.hash, trace: trace.lines };
}

class DirectoryWorld {
  isOn = true;
  open = 0;
  readonly #world: World;
  readonly #all = new Map<string, SimObject>();
  readonly #snapshots = new Map<string, Snapshot[]>();
  readonly #ids: readonly [string, ...string[]];
  readonly #make: (name: string) => SimObject;
  readonly #worker;
  readonly #place;
  #keys = 0;

  constructor(world: World) {
    this.#world = world;
    const { dice, scheduler } = world;
    // Of many, most are spoken to once, and nobody opens them again.
    const many = dice.chance(0.5) ? 40 : dice.integer(0, 8);
    const more = Array.from({ length: many }, (_, index) => `${index + 1}`);
    // One is so long that no row says it: its object has its name.
    this.#ids = ["0", ...more, ...(dice.chance(0.3) ? ["x".repeat(300)] : [])];
    const groups = dice.pick([0, 0, 1, 3]);
    const options = resolveRuntimeOptions({
      modules: [functionsOf() as never],
      retry: { maxAttempts: 2_147_483_647 },
      onError: (error) => world.note(`error: ${String(error).slice(0, 200)}`),
    });
    const application = localApplication(options);
    const placement = placementOf(
      groups === 0
        ? undefined
        : ({ typename, id }) =>
            id.length > 256 ? `${typename}/${id}` : `group ${Number(id) % groups}`,
    );
    const given = directoryOf(true, application.functions);
    const parts = {
      ...{ application, options, placement, turns: new Turns(scheduler.monotonic) },
      directory: { ...given, isListed: () => this.isOn },
      binding: "OBJECTS",
      jurisdiction: undefined,
      check: <T>(work: () => T) => work(),
      stub: (env: unknown, to: string) => this.#network(env as ObjectLife, to),
    };
    this.#place = { placement, shardOf: given.shardOf };
    this.#make = (name) => new SimObject(name, world, parts, (life) => life, undefined);
    const stub = (name: string) => this.#object(name).rpc as ObjectRpc;
    this.#worker = workerHost(application, placement, stub);
  }

  disaster(): void {
    const all = [...this.#all.values()];
    if (all.length > 0) this.#world.dice.pick(all as [SimObject]).die("at any time");
  }

  /** Sends one after another, each until it is answered. */
  async lane(count: number): Promise<void> {
    const { dice, scheduler } = this.#world;
    for (let left = count; left > 0; left--) {
      const id = dice.pick(this.#ids);
      if (dice.chance(0.2)) await this.#send(guest, id, "here");
      else {
        const words = ["here", "gone", "note", "here gone", "gone here", "nothing"] as const;
        const repeated = [`tell:${dice.pick(this.#ids)}`, `here later:${dice.pick(this.#ids)}`];
        await this.#send(customer, id, dice.pick([...words, ...repeated]));
      }
      await scheduler.wait(dice.delayMs(dice.pick([20, 2_000, 100_000])));
    }
  }

  async touchAll(functions: readonly string[] = [customer, guest]): Promise<void> {
    for (const id of this.#ids) {
      if (functions.includes(guest)) await this.#send(guest, id, "here");
      await this.#send(customer, id, "note");
      if (this.#world.dice.chance(0.5)) await this.#send(customer, id, "gone");
    }
  }

  /** Guests come again about when they expire, which is when their objects go. Those that are there in the end have to be listed. */
  async guests(): Promise<void> {
    const { dice, faults, scheduler } = this.#world;
    faults.isOn = true;
    const comes = async (id: string): Promise<void> => {
      for (let left = dice.integer(1, 4); left > 0; left--) {
        await this.#send(guest, id, "here");
        await scheduler.wait(Math.max(0, guestMs - dice.delayMs(200) + dice.delayMs(400)));
      }
      await this.#send(guest, id, "here");
    };
    await this.#settled(Promise.all(this.#ids.map(comes)));
    faults.isOn = false;
    // Alarms see to what could not be told.
    await this.#settled(scheduler.wait(20_000));
    const ids = await this.#settled(this.#listing(guest));
    const missing = [...(await this.#there(guest))].filter((id) => !ids.includes(id));
    if (missing.length > 0) this.#world.violated(`the directory lacks ${missing.join(" ")}`);
  }

  /** Remembers how some objects are. */
  keep(): void {
    for (const [name, object] of this.#all) {
      if (this.#isShard(name) || !this.#world.dice.chance(0.5)) continue;
      object.die("for a snapshot");
      this.#snapshots.set(name, [...(this.#snapshots.get(name) ?? []), object.disk.snapshot()]);
    }
  }

  restore(): void {
    for (const [name, snapshots] of this.#snapshots) {
      if (!this.#world.dice.chance(0.5)) continue;
      const object = this.#object(name);
      object.die("to be restored");
      object.disk.restore(this.#world.dice.pick(snapshots as [Snapshot]));
      this.#world.note(`${name} is restored`);
    }
  }

  /** What the directory says, and what is. */
  async judge(mode: string): Promise<void> {
    const there = { [customer]: await this.#there(customer), [guest]: await this.#there(guest) };
    for (const typename of [customer, guest] as const) {
      const ids = await this.#settled(this.#listing(typename));
      const wanted = [...there[typename]].sort();
      // What has expired in an object that rests may still stand there.
      const stale = new Set(typename === guest && mode !== "restored" ? ids : []);
      for (const id of wanted) stale.add(id);
      if (JSON.stringify(ids) === JSON.stringify([...stale].sort())) continue;
      const short = (all: readonly string[]) => all.map((id) => id.slice(0, 8)).join(" ");
      const text = `the directory has ${typename} ${short(ids)}, and there are ${short(wanted)}`;
      this.#world.violated(text);
    }
  }

  /** The ids that have a state now. */
  async #there(typename: string): Promise<Set<string>> {
    const there = new Set<string>();
    const now = this.#world.scheduler.now();
    for (const id of this.#ids) {
      const object = this.#all.get(this.#place.placement({ typename, id }));
      if (object?.disk.hasRows !== true) continue;
      object.die("to be read");
      const store = createObjectStore(async () => object.disk.driver());
      await store.open();
      for (const { expiresAt = now + 1 } of store.load({ typename, id }).values()) {
        if (expiresAt > now) there.add(id);
      }
      store.close();
    }
    return there;
  }

  async #settled<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    work.then(over, over);
    while (!isOver) await this.#world.scheduler.run(1);
    return work;
  }

  async #listing(typename: string): Promise<string[]> {
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const page = await listed(
        (shard, want) => {
          const name = this.#place.placement(shard);
          return resultOf(() => this.#object(name).rpc.operate(name, "ids", want));
        },
        { typename, prefix: "", after, limit: this.#world.dice.integer(1, 5) },
      );
      ids.push(...page.ids);
      after = page.next;
    } while (after !== undefined);
    return ids;
  }

  async #send(typename: string, id: string, text: string): Promise<void> {
    const argument = { typename: string.typename, bytes: string.encode(text), headers: [] };
    const target = { typename, id };
    // A key is remembered for longer than a guest: without one an object goes as soon as its guests have.
    const isKeyed = typename !== guest || this.#world.dice.chance(0.3);
    const idempotencyKey = isKeyed ? `key ${++this.#keys}` : undefined;
    const arrival = { target, argument, idempotencyKey, delayMs: 0 };
    this.open++;
    for (;;) {
      try {
        await this.#worker.send(arrival);
        break;
      } catch {
        await this.#world.scheduler.wait(this.#world.dice.delayMs(3_000));
      }
    }
    this.#world.note(`${typename} ${id.slice(0, 8)} was sent ${text}`);
    this.open--;
  }

  #object(name: string): SimObject {
    const object = this.#all.get(name) ?? this.#make(name);
    this.#all.set(name, object);
    return object;
  }

  #isShard(name: string): boolean {
    return name.startsWith("statefun/directory/");
  }

  /** It loses, repeats and delays, and ends objects on the way. */
  #network(life: ObjectLife, to: string): ObjectRpc {
    const world = this.#world;
    const { dice, scheduler } = world;
    const object = this.#object(to);
    const arrive = async (batch: LinkBatch, delayMs: number) => {
      await scheduler.wait(delayMs);
      if (world.happens("crash")) object.die("before it receives a batch");
      const receiving = object.rpc.receive(to, batch);
      if (world.happens("crash")) object.die("after it received a batch");
      return receiving;
    };
    const receive: ObjectRpc["receive"] = async (_, batch) => {
      if (life.crashes("before an RPC")) return new Promise(() => {});
      while (world.happens("duplicate")) arrive(batch, dice.delayMs(60_000)).catch(() => {});
      if (world.happens("dropRequest")) throw new Error("the request was lost");
      const answer = await arrive(batch, dice.delayMs(world.happens("slowNetwork") ? 3_000 : 3));
      if (world.happens("dropAnswer")) throw new Error("the answer was lost");
      if (life.crashes("after an RPC")) return new Promise(() => {});
      return answer;
    };
    return { ...object.rpc, receive } as ObjectRpc;
  }
}
