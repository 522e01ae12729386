import type { StatefulFunctions } from "statefun";
import { directoryOf } from "../../../src/durable-object/directory-shards.ts";
import type { LocationOptions } from "../../../src/durable-object/location.ts";
import { Turns } from "../../../src/durable-object/object/turns.ts";
import { placementOf } from "../../../src/durable-object/object-names.ts";
import type { ObjectRpc } from "../../../src/durable-object/object-rpc.ts";
import { workerHost } from "../../../src/durable-object/worker/worker-host.ts";
import type { LinkBatch } from "../../../src/engine/contract/links.ts";
import { localApplication } from "../../../src/host/application.ts";
import { resolveRuntimeOptions } from "../../../src/host/options.ts";
import { string } from "../../../src/index.ts";
import { World } from "../world.ts";
import { SimObject } from "./sim-object.ts";

/** What functions of these tests have. */
export interface Env {
  now(): number;
  /** Until so much later. */
  wait(ms: number): Promise<void>;
  /** Ends the object. */
  end(): void;
}

interface Settings {
  readonly functions: StatefulFunctions<Env>;
  /** The object of an instance. @default its id */
  readonly placement?: (id: string) => string;
  readonly jurisdiction?: LocationOptions<unknown>["jurisdiction"];
  /** @default off */
  readonly directory?: true;
  /** Whether this batch to this object is lost. @default none is */
  readonly isLost?: (to: string, batch: LinkBatch) => boolean;
}

/** Objects for the functions of a test, in a world without misfortunes: hours of waiting take milliseconds. */
export class FewObjects {
  readonly errors: unknown[] = [];
  /** When objects were given batches of others, by their names. */
  readonly received = new Map<string, number[]>();
  readonly #world = new World(1, false);
  readonly #all = new Map<string, SimObject>();
  readonly #worker;
  readonly #make: (name: string) => SimObject;

  readonly #isLost: (to: string, batch: LinkBatch) => boolean;

  constructor(settings: Settings) {
    const { functions, placement = (id) => id, jurisdiction, directory } = settings;
    this.#isLost = settings.isLost ?? (() => false);
    const { scheduler, faults } = this.#world;
    faults.isOn = false;
    scheduler.lateness = 0;
    const options = resolveRuntimeOptions({
      // What the environment is, a runtime does not know.
      modules: [functions as never],
      timeoutMs: 3_600_000,
      onError: (error) => void this.errors.push(error),
    });
    const application = localApplication(options);
    const parts = {
      application,
      options,
      placement: placementOf(({ id }) => placement(id)),
      directory: directoryOf(directory, application.functions),
      turns: new Turns(scheduler.monotonic),
      binding: "OBJECTS",
      jurisdiction,
      check: <T>(work: () => T) => work(),
      stub: (_: unknown, name: string) => this.#stub(name),
    };
    this.#make = (name) => {
      const end = () => this.object(name).die("while a handler runs");
      const env: Env = { now: scheduler.now, wait: (ms) => scheduler.wait(ms), end };
      return new SimObject(name, this.#world, parts, () => env, undefined);
    };
    this.#worker = workerHost(application, parts.placement, (name) => this.#stub(name));
  }

  now(): number {
    return this.#world.scheduler.now();
  }

  object(name: string): SimObject {
    const object = this.#all.get(name) ?? this.#make(name);
    this.#all.set(name, object);
    return object;
  }

  /** Until it is stored. */
  send(typename: string, id: string, text: string): Promise<unknown> {
    const argument = { typename: string.typename, bytes: string.encode(text), headers: [] };
    const arrival = { target: { typename, id }, argument, idempotencyKey: undefined, delayMs: 0 };
    return this.settled(this.#worker.send(arrival));
  }

  /** What it ends with, while time passes. */
  async settled<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    work.then(over, over);
    while (!isOver) await this.#world.scheduler.run(1);
    return work;
  }

  pass(ms: number): Promise<void> {
    return this.settled(this.#world.scheduler.wait(ms));
  }

  #stub(name: string): ObjectRpc {
    const { rpc } = this.object(name);
    const receive: ObjectRpc["receive"] = (to, batch) => {
      const times = this.received.get(name) ?? [];
      this.received.set(name, [...times, this.now()]);
      if (this.#isLost(name, batch)) return Promise.reject(new Error("the batch was lost"));
      return rpc.receive(to, batch);
    };
    // What a Worker and a link call.
    return { ...rpc, receive } as ObjectRpc;
  }
}
