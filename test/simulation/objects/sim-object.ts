import { ObjectEngine } from "../../../src/durable-object/object/object-engine.ts";
import type { ObjectParts } from "../../../src/durable-object/object/object-parts.ts";
import { operatorRead } from "../../../src/durable-object/object/operator-reads.ts";
import type { ObjectRpc } from "../../../src/durable-object/object-rpc.ts";
import { asResult } from "../../../src/durable-object/rpc-result.ts";
import type { Engine } from "../../../src/engine/contract/engine.ts";
import type { Clock } from "../../../src/model/clock.ts";
import { bytesBy } from "../../../src/testing/random.ts";
import type { World } from "../world.ts";
import { ObjectDisk, type StorageBug } from "./storage.ts";

/** The platform evicts what has rested for so long. */
const restMs = 10_000;
/** The platform tries an alarm again that has failed, first so much later, then twice as late each time. */
const retryMs = 2_000;
const mostRetries = 6;

/** One life of an object. What it set in motion ends with it. */
export interface ObjectLife {
  /** May end it; true when it has ended, and then nothing it does has an effect. */
  readonly crashes: (where: string) => boolean;
  readonly after: Clock["after"];
}

interface Running {
  readonly engine: ObjectEngine<unknown>;
  isAlive: boolean;
  /** Requests and timers that keep it in memory. */
  users: number;
  timers: number;
  usedAt: number;
  readonly ends: Set<(error: Error) => void>;
}

/** The parts of the world that an object needs, but what is its own. */
export type CommonParts = Omit<ObjectParts<unknown>, "platform">;

/**
 * An object as the platform has it: its engine is the real one. Nothing starts it but a request or its alarm, and it may
 * end at any moment.
 */
export class SimObject {
  readonly name: string;
  readonly disk: ObjectDisk;
  readonly #world: World;
  readonly #parts: CommonParts;
  readonly #envOf: (life: ObjectLife) => unknown;
  readonly #bug: StorageBug | undefined;
  #running: Running | undefined;
  #alarmAt: number | null = null;
  #cancelAlarm: () => void = () => {};
  #isInAlarm = false;
  /** How often it was started. */
  lives = 0;
  /** Failures of the alarm in a row. */
  #failures = 0;

  constructor(
    name: string,
    world: World,
    parts: CommonParts,
    envOf: (life: ObjectLife) => unknown,
    bug: StorageBug | undefined,
  ) {
    this.name = name;
    this.#world = world;
    this.#parts = parts;
    this.#envOf = envOf;
    this.#bug = bug;
    this.disk = new ObjectDisk(world);
    this.disk.onAlarm = (isSet) => {
      // What is set anew has not failed yet.
      if (isSet) this.#failures = 0;
      this.#arm();
    };
  }

  /** Its RPC, each call of which may find it ended in the middle. */
  readonly rpc: Pick<ObjectRpc, "receive" | "send" | "call" | "warn" | "operate"> = {
    receive: (to, batch) =>
      this.#request((object) =>
        asResult(() => object.use(to, (engine) => object.receive(engine, batch))),
      ),
    send: (to, arrival) =>
      this.#request((object) =>
        asResult(() =>
          object.change(to, async (engine) => {
            const { number, isDuplicate } = await engine.send(arrival);
            return { id: `${engine.identity}-${number}`, duplicate: isDuplicate };
          }),
        ),
      ),
    warn: (to, isOutOfResources) =>
      this.#request((object) =>
        asResult(() => object.use(to, (engine) => engine.warn(isOutOfResources))),
      ),
    operate: (to, kind, asked) =>
      this.#request((object) => asResult(() => operatorRead(object, to, kind, asked))),
    call: (to, arrival, timeoutMs) =>
      this.#request((object) => asResult(() => object.call(to, arrival, timeoutMs))),
  };

  /** Does something there, as an operator's RPC does. */
  operate<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
    return this.#request((object) => object.use(this.name, work));
  }

  /** Ends the present life, if there is one. */
  die(where: string): void {
    const running = this.#running;
    if (running === undefined) return;
    const { crashes, faults } = this.#world;
    crashes.set(where, (crashes.get(where) ?? 0) + 1);
    this.#world.note(`${this.name} dies ${where}`);
    this.#end(running, faults.powerLoss);
  }

  #end(running: Running, isPowerLost: boolean): void {
    running.isAlive = false;
    this.#running = undefined;
    this.disk.crash(isPowerLost);
    for (const end of running.ends) end(new Error(`${this.name} was reset`));
    running.ends.clear();
  }

  /** Does something in the present life, or in a new one. Rejects when that ends. */
  async #request<T>(work: (object: ObjectEngine<unknown>) => Promise<T>): Promise<T> {
    const running = this.#running ?? this.#start();
    running.users++;
    try {
      return await new Promise<T>((resolve, reject) => {
        running.ends.add(reject);
        work(running.engine)
          .then(resolve, reject)
          .finally(() => running.ends.delete(reject));
      });
    } finally {
      running.users--;
      this.#used(running);
    }
  }

  #start(): Running {
    const { scheduler, dice } = this.#world;
    this.lives++;
    const crashes = (where: string): boolean => {
      if (running.isAlive && this.#world.happens("crash")) this.die(where);
      return !running.isAlive;
    };
    const after: Clock["after"] = (delayMs, run) => {
      let isOver = false;
      const end = (): void => {
        if (!isOver) running.timers--;
        isOver = true;
        this.#used(running);
      };
      running.timers++;
      const cancel = scheduler.after(delayMs, () => {
        end();
        if (running.isAlive && !crashes("before a timer")) run();
      });
      return () => {
        end();
        cancel();
      };
    };
    const check = (where?: string): void => {
      if (where === undefined ? running.isAlive : !crashes(where)) return;
      throw Object.assign(new Error(`${this.name} was reset`), { isFinal: true });
    };
    const clock: Clock = { now: scheduler.now, monotonic: scheduler.monotonic, after };
    const platform = {
      clock,
      random: dice.random,
      randomBytes: bytesBy(dice.random),
      // However often an object ends, no message is given up for it.
      maxCrashes: 2_147_483_647,
    };
    const state = {
      id: { name: this.name },
      storage: this.disk.storage(check, this.#bug),
      blockConcurrencyWhile: <T>(work: () => Promise<T>) => work(),
    };
    const env = this.#envOf({ crashes, after });
    const engine = new ObjectEngine({ ...this.#parts, platform }, state, env, () => undefined);
    const ends = new Set<(error: Error) => void>();
    const running: Running = { engine, isAlive: true, users: 0, timers: 0, usedAt: 0, ends };
    this.#running = running;
    this.#world.note(`${this.name} starts`);
    return running;
  }

  /** Evicts it after a rest. */
  #used(running: Running): void {
    running.usedAt = this.#world.scheduler.now();
    const { usedAt } = running;
    if (running.users > 0 || running.timers > 0) return;
    this.#world.scheduler.after(restMs, () => {
      const isIdle = running.users === 0 && running.timers === 0 && running.usedAt === usedAt;
      if (!running.isAlive || !isIdle) return;
      this.#world.note(`${this.name} is evicted`);
      this.#end(running, false);
    });
  }

  #arm(): void {
    const { alarm } = this.disk;
    if (alarm === this.#alarmAt) return;
    this.#alarmAt = alarm;
    this.#cancelAlarm();
    if (alarm === null) return;
    const { scheduler } = this.#world;
    this.#cancelAlarm = scheduler.after(Math.max(0, alarm - scheduler.now()), () => this.#ring());
  }

  /** One at a time. */
  #ring(): void {
    const { scheduler } = this.#world;
    if (this.#isInAlarm) {
      this.#cancelAlarm = scheduler.after(100, () => this.#ring());
      return;
    }
    this.#isInAlarm = true;
    this.#alarmAt = this.disk.alarm = null;
    this.#world.note(`the alarm of ${this.name}`);
    const isRetry = this.#failures > 0;
    const ringing = this.#request(async (object) => {
      await object.alarm(600_000, isRetry);
      this.disk.flush();
    });
    if (this.#world.happens("crash")) this.die("at the start of an alarm");
    ringing
      .then(() => {
        this.#failures = 0;
      })
      .catch(() => this.#ringAgain())
      .finally(() => {
        this.#isInAlarm = false;
      });
  }

  #ringAgain(): void {
    if (this.disk.alarm !== null || this.#failures >= mostRetries) return;
    const delayMs = retryMs * 2 ** this.#failures++;
    this.disk.alarm = this.#world.scheduler.now() + delayMs;
    this.#arm();
  }
}
