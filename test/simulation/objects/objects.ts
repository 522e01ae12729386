import { egress, string } from "statefun";
import { directoryOf } from "../../../src/durable-object/directory-shards.ts";
import { Turns } from "../../../src/durable-object/object/turns.ts";
import { deadLetterObject, placementOf } from "../../../src/durable-object/object-names.ts";
import type { ObjectRpc } from "../../../src/durable-object/object-rpc.ts";
import { workerHost } from "../../../src/durable-object/worker/worker-host.ts";
import type { Answer } from "../../../src/engine/contract/answer.ts";
import type { Arrival } from "../../../src/engine/contract/arrival.ts";
import type { Engine } from "../../../src/engine/contract/engine.ts";
import type { LinkBatch } from "../../../src/engine/contract/links.ts";
import { localApplication } from "../../../src/host/application.ts";
import { resolveRuntimeOptions } from "../../../src/host/options.ts";
import { StateFunError } from "../../../src/internal/errors.ts";
import { createObjectStore } from "../../../src/store/object/object-store.ts";
import { type Book, books, interpreter, labels, marks, verifications } from "../commands.ts";
import type { Entrance } from "../driver.ts";
import { bindInterpreter, type Surroundings } from "../interpreter.ts";
import { bindLedger, type LedgerSurroundings, looks } from "../operators/ledger.ts";
import type { Operated } from "../operators/operated.ts";
import type { World } from "../world.ts";
import { type ObjectLife, SimObject } from "./sim-object.ts";
import type { StorageBug } from "./storage.ts";

/** Longer than any run, and no longer than a timer of this process. */
const timeoutMs = 2_000_000_000;

interface Env extends Surroundings, LedgerSurroundings {
  readonly life: ObjectLife;
}

/** All objects of an application, as a Worker sees them: made when somebody first speaks to them. */
export class Objects {
  readonly entrance: Entrance;
  readonly #world: World;
  readonly #all = new Map<string, SimObject>();
  readonly #placement: (id: string) => string;
  readonly #bug: StorageBug | undefined;
  readonly #application;
  readonly #options;
  /** In the order in which something of them left. */
  readonly #identities = new Set<string>();
  /** What left, by egress and by the id of the record. */
  readonly #taken = new Map<string, Map<string, string>>();
  /** Hears of each record when it is taken for the first time. */
  onTaken: (egress: string, number: number, value: string) => void = () => {};
  readonly operated: Operated = {
    at: (id, work) => operate(this.#object(this.#placement(id)), work),
    atLetters: (work) => operate(this.#object(deadLetterObject), work),
    partitionOf: (id) => this.#placement(id),
    lifeOf: (name) => this.#object(name).lives,
  };
  readonly outside = {
    counts: (egress: string): Map<string, number> => {
      const counts = new Map<string, number>();
      for (const value of this.#taken.get(egress)?.values() ?? []) {
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      return counts;
    },
  };

  constructor(world: World, bug: StorageBug | undefined) {
    this.#world = world;
    this.#bug = bug;
    const groups = world.dice.pick([0, 1, 2, 3]);
    this.#placement = (id) => (groups === 0 ? `object ${id}` : `group ${Number(id) % groups}`);
    this.#options = resolveRuntimeOptions({
      modules: [bindInterpreter((env: Env) => env), bindLedger((env: Env) => env)] as never,
      egresses: ([labels, marks, verifications, looks] as const).map((name) => this.#taking(name)),
      // However often a message fails, it is never given up.
      retry: {
        maxAttempts: 2_147_483_647,
        initialDelayMs: world.dice.pick([1, 100]),
        maxDelayMs: world.dice.pick([1_000, 20_000]),
      },
      onError: (error) => world.note(`error: ${String(error).slice(0, 200)}`),
    });
    this.#application = localApplication(this.#options);
    const placement = placementOf(({ id }) => this.#placement(id));
    const stub = (name: string) => this.#object(name).rpc as ObjectRpc;
    this.entrance = entranceOf(workerHost(this.#application, placement, stub));
  }

  /** Ends some object. */
  disaster(): void {
    const all = [...this.#all.values()];
    if (all.length > 0) all[this.#world.dice.integer(0, all.length - 1)]?.die("at any time");
  }

  async bookOf(id: string): Promise<Book | undefined> {
    const name = this.#placement(id);
    const object = this.#all.get(name);
    if (object?.disk.hasRows !== true) return undefined;
    const store = createObjectStore(async () => object.disk.driver());
    await store.open();
    const bytes = store.load({ typename: interpreter, id }).get("book")?.value.bytes;
    store.close();
    return bytes && books.decode(bytes);
  }

  /** What is left to do in an object that nobody wakes. */
  async *leftovers(): AsyncIterable<string> {
    for (const { name, disk } of this.#all.values()) {
      if (!disk.hasRows) continue;
      const store = createObjectStore(async () => disk.driver());
      await store.open();
      const dead = store.dead(0, 1)[0];
      if (dead !== undefined) yield `a dead letter at ${name}: ${dead.code} ${dead.reason}`;
      if (store.messages(0, 1).length > 0) yield `${name} has messages`;
      if (store.nextDue() !== undefined) yield `${name} has timers`;
      if (store.unsentEgresses().length > 0) yield `${name} has unsent records`;
      let unremoved = 0;
      for (const { link } of store.linksOut()) unremoved += store.outbox(link, 0, 32).length;
      if (unremoved > 15) yield `${name} has ${unremoved} messages in its outbox`;
      store.close();
    }
  }

  /** An object that has gone begins with small numbers again: those before all left before. */
  #orderOf(id: string): number {
    const end = id.lastIndexOf("-");
    this.#identities.add(id.slice(0, end));
    const place = [...this.#identities].indexOf(id.slice(0, end));
    return place * 1_000_000_000 + Number(id.slice(end + 1));
  }

  #object(name: string): SimObject {
    const known = this.#all.get(name);
    if (known !== undefined) return known;
    const world = this.#world;
    const parts = {
      application: this.#application,
      options: this.#options,
      placement: placementOf(({ id }) => this.#placement(id)),
      directory: directoryOf(undefined, this.#application.functions),
      turns: new Turns(world.scheduler.monotonic),
      binding: "OBJECTS",
      jurisdiction: undefined,
      check: <T>(work: () => T) => work(),
      stub: (env: unknown, to: string) => this.#network(env as Env, to),
    };
    const made = new SimObject(name, world, parts, (life) => this.#env(life), this.#bug);
    this.#all.set(name, made);
    return made;
  }

  #env(life: ObjectLife): Env {
    const world = this.#world;
    return {
      ...world.operators,
      life,
      isPrompt: world.faults.isPrompt,
      trouble: () => {
        if (life.crashes("while a handler runs")) throw new Error("the object was reset");
        if (world.happens("failHandler")) throw new Error("the handler failed");
        if (!world.happens("slowHandler")) return undefined;
        const waitMs = world.dice.delayMs(world.dice.pick([10, 500, 5_000]));
        return new Promise((resolve) => void life.after(waitMs, resolve));
      },
    };
  }

  /** The way from one object to another: it loses, repeats and delays. */
  #network({ life }: Env, to: string): ObjectRpc {
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
    const delayMs = () => dice.delayMs(world.happens("slowNetwork") ? 3_000 : 3);
    const receive: ObjectRpc["receive"] = async (_, batch) => {
      if (life.crashes("before an RPC")) return new Promise(() => {});
      while (world.happens("duplicate")) arrive(batch, dice.delayMs(60_000)).catch(() => {});
      if (world.happens("dropRequest")) throw new Error("the request was lost");
      const answer = await arrive(batch, delayMs());
      await scheduler.wait(delayMs());
      if (world.happens("dropAnswer")) throw new Error("the answer was lost");
      if (life.crashes("after an RPC")) return new Promise(() => {});
      return answer;
    };
    return { ...object.rpc, receive } as ObjectRpc;
  }

  #taking(name: typeof labels | typeof marks | typeof verifications | typeof looks) {
    return egress(name, string).to<Env>(async (records, _, { life }) => {
      const { dice, scheduler } = this.#world;
      if (life.crashes("before a delivery")) return;
      if (this.#world.happens("slowNetwork")) await scheduler.wait(dice.delayMs(1_000));
      const taken = this.#taken.get(name) ?? new Map<string, string>();
      this.#taken.set(name, taken);
      const isFailing = this.#world.happens("failDelivery");
      const count = isFailing ? dice.integer(0, records.length) : records.length;
      for (const { id, value } of records.slice(0, count)) {
        if (!taken.has(id)) this.onTaken(name, this.#orderOf(id), value);
        taken.set(id, value);
      }
      if (isFailing) throw new Error("the receiver failed");
      life.crashes("after a delivery");
    });
  }
}

/** What ends with its object may be tried again. */
async function operate<T>(object: SimObject, work: (engine: Engine) => Promise<T>): Promise<T> {
  try {
    return await object.operate(work);
  } catch (error) {
    if (error instanceof StateFunError) throw error;
    throw new StateFunError("unavailable", String(error), { cause: error });
  }
}

/** A Worker, as those outside use it. */
function entranceOf(worker: ReturnType<typeof workerHost>): Entrance {
  return {
    engine: {
      send: async (arrival: Arrival) => {
        const { id, duplicate } = await worker.send(arrival);
        return { number: Number(id.slice(id.lastIndexOf("-") + 1)), isDuplicate: duplicate };
      },
      call: (arrival: Arrival, done: (answer: Answer) => void) => {
        worker.call(arrival, timeoutMs, undefined).then(done, (error) => {
          done({ kind: "lost", error });
        });
        return () => {};
      },
    },
  };
}
