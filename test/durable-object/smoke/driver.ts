import { setTimeout as wait } from "node:timers/promises";
import type { Address } from "statefun";
import { createClient } from "statefun/client";
import { commandsType, instance, type SmokeModel } from "../../remote/support/smoke.ts";
import { burst, doomed, sink, source } from "./order.ts";

/** What the outside sends, once each. */
export interface Sent {
  readonly to: Address;
  readonly message: unknown;
}

/** What says that it may work later; the key makes repeating safe. */
const passing = new Set(["unavailable", "draining", "mailbox_full", "store_failed", "failed"]);

/** Everything that is sent in one run, and what it has to lead to. */
export class Load {
  readonly sent: Sent[] = [];
  /** How many numbered messages each sender has to have sent to each sink. */
  readonly numbered = new Map<string, Map<string, number>>();
  doomed = 0;

  constructor(model: SmokeModel, ids: number, commands: number, random: () => number) {
    const any = () => Math.floor(random() * ids);
    for (let n = 0; n < commands; n++) {
      const id = n % ids;
      this.sent.push({ to: instance(id), message: commandsType.of(model.commandsFor(id, 6)) });
      if (n % 10 === 0) this.#burst(String(any()), [String(any()), String(any()), String(any())]);
      if (n % 200 === 0) {
        this.sent.push({ to: doomed.at(String(any())), message: this.doomed++ });
      }
    }
  }

  #burst(from: string, to: readonly string[]): void {
    this.sent.push({ to: source.at(from), message: burst.of({ to }) });
    for (const id of to) {
      const received = this.numbered.get(id) ?? new Map<string, number>();
      this.numbered.set(id, received.set(from, (received.get(from) ?? 0) + 1));
    }
  }

  get sinks(): readonly Address[] {
    return [...this.numbered.keys()].map((id) => sink.at(id));
  }
}

export interface Progress {
  acknowledged: number;
  repeated: number;
  duplicates: number;
}

/** Sends all of it over eight connections, each message under a key of its own until it is acknowledged. */
export async function sendAll(
  { sent }: Load,
  url: () => string,
  progress: Progress,
  connections = 8,
): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    for (let n = next++; n < sent.length; n = next++) {
      const { to, message } = sent[n] as Sent;
      for (;;) {
        const signal = AbortSignal.timeout(20_000);
        const options = { idempotencyKey: `key ${n}`, signal };
        try {
          const { duplicate } = await createClient({ url: url() }).send(
            to,
            message as never,
            options,
          );
          progress.acknowledged++;
          if (duplicate) progress.duplicates++;
          break;
        } catch (error) {
          const { code, name } = Object(error);
          if (!passing.has(code) && name !== "TimeoutError") throw error;
          progress.repeated++;
          await wait(5 + Math.random() * 50);
        }
      }
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
}
