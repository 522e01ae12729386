import { string } from "statefun";
import type { Arrival } from "../../src/engine/contract/arrival.ts";
import type { Engine } from "../../src/engine/contract/engine.ts";
import { StateFunError } from "../../src/internal/errors.ts";
import { type Commands, envelopes, interpreter } from "./commands.ts";
import type { Program, SourceCommand } from "./program.ts";
import type { World } from "./world.ts";

const text = new TextEncoder();
/** By these a sender does not know, or knows that it may try again. */
const passing = new Set(["unavailable", "draining", "store_failed", "mailbox_full"]);

/** Where one sends from outside. */
export interface Entrance {
  /** Undefined while nobody listens. */
  readonly engine: Pick<Engine, "send" | "call"> | undefined;
}

/** Who sends from outside: with a key, again and again until it is told that the message was accepted. */
export class Driver {
  readonly #world: World;
  readonly #hosts: readonly [Entrance, ...Entrance[]];
  readonly #numbers = new Map<string, number>();
  #keys = 0;
  /** Requests that have not ended. */
  open = 0;

  constructor(world: World, hosts: readonly [Entrance, ...Entrance[]]) {
    this.#world = world;
    this.#hosts = hosts;
  }

  /** Sends by one way in, the next one when the one before was accepted: they arrive in this order. */
  async orderedLane(name: string, program: Program, count: number): Promise<void> {
    const host = this.#world.dice.pick(this.#hosts);
    for (let left = count; left > 0; left--) {
      const source = program.sourceCommand(true);
      const key = `${name} ${source.target}`;
      const number = (this.#numbers.get(key) ?? 0) + 1;
      this.#numbers.set(key, number);
      await this.#request(host, source, this.#arrival(source, name, number));
    }
  }

  /** Sends by any way in, without waiting for anything. */
  async looseLane(program: Program, count: number): Promise<void> {
    for (let left = count; left > 0; left--) {
      const source = program.sourceCommand(false);
      void this.#request(this.#world.dice.pick(this.#hosts), source, this.#arrival(source, "", 0));
      // Some pauses are so long that links are closed in them.
      const { dice, scheduler } = this.#world;
      await scheduler.wait(dice.delayMs(dice.pick([20, 200, 20_000_000])));
    }
  }

  /** Sends without faults, for the end. */
  async ask(target: string, commands: Commands): Promise<void> {
    const rest = { kind: "send", delayMs: 0, isAbandoned: false, label: "" } as const;
    const source: SourceCommand = { target, commands, ...rest };
    await this.#request(this.#world.dice.pick(this.#hosts), source, this.#arrival(source, "", 0));
  }

  #arrival({ target, commands, delayMs }: SourceCommand, from: string, number: number): Arrival {
    const bytes = text.encode(JSON.stringify({ from, number, commands }));
    return {
      target: { typename: interpreter, id: target },
      argument: { typename: envelopes.typename, bytes, headers: [] },
      idempotencyKey: `key ${++this.#keys}`,
      delayMs,
    };
  }

  async #request(host: Entrance, source: SourceCommand, arrival: Arrival): Promise<void> {
    const { scheduler, dice } = this.#world;
    this.open++;
    for (;;) {
      await scheduler.wait(dice.delayMs(20));
      try {
        const { engine } = host;
        if (engine === undefined) throw new StateFunError("unavailable", "nobody listens");
        if (source.kind === "call") await this.#call(engine, source, arrival);
        else await this.#send(engine, arrival);
        break;
      } catch (error) {
        this.#assertPassing(error);
        if (source.isAbandoned) break;
        await scheduler.wait(dice.delayMs(3_000));
      }
    }
    this.#world.note(`done ${arrival.idempotencyKey}`);
    this.open--;
  }

  async #send(engine: Pick<Engine, "send">, arrival: Arrival): Promise<void> {
    const accepted = await engine.send(arrival);
    if (!this.#world.dice.chance(0.1)) return;
    // Accepted is accepted, and known by its key from then on.
    const again = await engine.send(arrival);
    if (again.isDuplicate && again.number === accepted.number) return;
    this.#world.violated(`${arrival.idempotencyKey} was accepted twice`);
  }

  #call(engine: Pick<Engine, "call">, { label }: SourceCommand, arrival: Arrival): Promise<void> {
    return new Promise((resolve, reject) => {
      engine.call(arrival, (answer) => {
        if (answer.kind === "lost") return reject(answer.error);
        const bytes = answer.kind === "reply" ? answer.value.bytes : undefined;
        const reply = bytes && string.decode(bytes);
        if (reply !== label) {
          this.#world.violated(`${arrival.idempotencyKey} was answered ${JSON.stringify(answer)}`);
        }
        resolve();
      });
    });
  }

  #assertPassing(error: unknown): void {
    if (error instanceof StateFunError && passing.has(error.code)) return;
    this.#world.violated(`a request failed: ${String(error)}`);
  }
}
