import { setTimeout as wait } from "node:timers/promises";
import { address, string } from "statefun";
import { createClient } from "statefun/client";
import { type Commands, envelopes, interpreter } from "../../simulation/commands.ts";
import type { Program, SourceCommand } from "../../simulation/program.ts";

/** What says that it may work later: the key makes repeating safe. */
const passing = new Set([
  ...["unavailable", "draining", "mailbox_full", "store_failed", "failed"],
  "call_timeout",
]);

/** Who sends a program from outside, by HTTP: again and again under one key, until it is told what became of it. */
export class Outside {
  readonly #url: () => string;
  readonly #numbers = new Map<string, number>();
  #keys = 0;
  accepted = 0;
  repeated = 0;
  /** Answers that are not what was asked for. */
  readonly wrong: string[] = [];

  constructor(url: () => string) {
    this.#url = url;
  }

  /** The next one when the one before was accepted: they arrive in this order. */
  async orderedLane(name: string, program: Program, count: number): Promise<void> {
    for (let left = count; left > 0; left--) {
      const source = program.sourceCommand(true);
      const key = `${name} ${source.target}`;
      const number = (this.#numbers.get(key) ?? 0) + 1;
      this.#numbers.set(key, number);
      await this.#request(source, { from: name, number, commands: source.commands });
    }
  }

  async looseLane(program: Program, count: number): Promise<void> {
    for (let left = count; left > 0; left--) {
      const source = program.sourceCommand(false);
      await this.#request(source, { from: "", number: 0, commands: source.commands });
    }
  }

  async ask(target: string, commands: Commands): Promise<void> {
    const rest = { kind: "send", delayMs: 0, isAbandoned: false, label: "" } as const;
    await this.#request({ target, commands, ...rest }, { from: "", number: 0, commands });
  }

  async #request(
    source: SourceCommand,
    envelope: { from: string; number: number; commands: Commands },
  ): Promise<void> {
    const idempotencyKey = `key ${++this.#keys}`;
    for (;;) {
      try {
        await this.#once(source, envelopes.of(envelope), idempotencyKey);
        this.accepted++;
        return;
      } catch (error) {
        const { code, name } = Object(error);
        if (!passing.has(code) && name !== "TimeoutError") throw error;
        if (source.isAbandoned) return;
        this.repeated++;
        await wait(5 + Math.random() * 50);
      }
    }
  }

  async #once(
    { kind, target, delayMs, label }: SourceCommand,
    message: ReturnType<typeof envelopes.of>,
    idempotencyKey: string,
  ): Promise<void> {
    const client = createClient({ url: this.#url() });
    const to = address(interpreter, target);
    const signal = AbortSignal.timeout(20_000);
    if (kind === "send") {
      await client.send(to, message, { idempotencyKey, signal, delayMs });
      return;
    }
    const options = { idempotencyKey, signal, timeoutMs: 15_000, reply: string };
    const reply = await client.call(to, message, options);
    if (reply !== label) this.wrong.push(`${label} was answered ${JSON.stringify(reply)}`);
  }
}
