import type { LinkAnswer, LinkBatch } from "../../src/engine/contract/links.ts";
import { StateFunError } from "../../src/internal/errors.ts";
import type { Host, Life } from "./host.ts";
import type { World } from "./world.ts";

/** Longer than back-offs are at first: a copy may come behind everything that was sent after it. */
const longestDelayMs = 5_000;
/** Some outlive the link that they were sent on, which closes after an hour. */
const detoursMs = [1_000, 120_000, 20_000_000] as const;

/** Loses requests and answers, repeats requests, delays and thereby reorders them. */
export class Network {
  readonly #world: World;
  readonly #hosts: ReadonlyMap<string, Host>;

  constructor(world: World, hosts: ReadonlyMap<string, Host>) {
    this.#world = world;
    this.#hosts = hosts;
  }

  async deliver(life: Life, partition: string, batch: LinkBatch): Promise<LinkAnswer> {
    const { dice } = this.#world;
    if (life.crashes("before an RPC")) throw lost("its sender has died");
    this.#assertStored(life, partition, batch);
    while (this.#world.happens("duplicate")) {
      // Nobody waits for the answer to a copy.
      this.#arrive(partition, batch, dice.delayMs(dice.pick(detoursMs))).catch(() => {});
    }
    if (this.#world.happens("dropRequest")) {
      await this.#world.scheduler.wait(dice.delayMs(longestDelayMs));
      throw lost("the request");
    }
    const answer = await this.#arrive(partition, batch, this.#delayMs());
    await this.#world.scheduler.wait(this.#delayMs());
    if (this.#world.happens("dropAnswer")) throw lost("the answer");
    if (life.crashes("after an RPC")) throw lost("its sender has died");
    return answer;
  }

  #assertStored(life: Life, partition: string, { epoch, first, messages }: LinkBatch): void {
    const stored = life.disk.syncedLink(partition);
    const last = stored === undefined || stored.epoch < epoch ? 0 : stored.last - stored.base;
    if (first + messages.length - 1 <= last) return;
    this.#world.violated(
      `${first} + ${messages.length} for ${partition} left before it was stored`,
    );
  }

  async #arrive(partition: string, batch: LinkBatch, delayMs: number): Promise<LinkAnswer> {
    await this.#world.scheduler.wait(delayMs);
    const host = this.#hosts.get(partition);
    if (this.#world.happens("crash")) host?.die("before it receives a batch");
    const { from, epoch, first, messages } = batch;
    this.#world.note(
      `${from} to ${partition}: ${epoch % 1_000_000}, ${first} + ${messages.length}`,
    );
    if (host?.engine === undefined) throw lost(`partition ${partition}`);
    const receiving = host.engine.receive(batch);
    if (this.#world.happens("crash")) host.die("after it received a batch");
    const answer = await receiving;
    if (answer.kind === "taken" && answer.isFull === true) this.#world.refusals++;
    return answer;
  }

  #delayMs(): number {
    const isSlow = this.#world.happens("slowNetwork");
    return this.#world.dice.delayMs(isSlow ? longestDelayMs : 3);
  }
}

function lost(what: string): StateFunError {
  return new StateFunError("unavailable", `${what} was lost`);
}
