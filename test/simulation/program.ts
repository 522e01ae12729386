import type { Command, Commands } from "./commands.ts";
import type { Dice } from "./dice.ts";

/** A message that the driver brings in. */
export interface SourceCommand {
  readonly kind: "send" | "call";
  readonly target: string;
  readonly commands: Commands;
  readonly delayMs: number;
  /** The driver tries once, and never learns what became of it. */
  readonly isAbandoned: boolean;
  /** What a call is answered with. */
  readonly label: string;
}

/** Where a program runs, and by which clock. */
export interface ProgramPlan {
  readonly ids: readonly [string, ...string[]];
  /** Of delayed messages. */
  readonly delaysMs: readonly [number, ...number[]];
  /** What its labels begin with. */
  readonly prefix?: string;
}

/** For virtual time. */
const delaysMs = [0, 1, 5, 50, 1_000, 100_000, 5_000_000] as const;

/** Makes up programs, and counts what each of them has to lead to. */
export class Program {
  readonly ids: ProgramPlan["ids"];
  readonly #delaysMs: ProgramPlan["delaysMs"];
  /** Increments by id. */
  readonly counts = new Map<string, number>();
  /** What is emitted exactly once. */
  readonly emitted = new Set<string>();
  /** What is emitted once or never, and what never. */
  readonly optional = new Set<string>();
  readonly forbidden = new Set<string>();
  readonly #dice: Dice;
  readonly #prefix: string;
  #labels = 0;

  constructor(dice: Dice, plan: ProgramPlan = smallPlan(dice)) {
    this.#dice = dice;
    this.ids = plan.ids;
    this.#delaysMs = plan.delaysMs;
    this.#prefix = plan.prefix ?? "";
  }

  /** One of a lane that is in order is a plain one: it comes at once, and surely. */
  sourceCommand(isOrdered: boolean): SourceCommand {
    const dice = this.#dice;
    const target = dice.pick(this.ids);
    const label = this.#label();
    const plain = { kind: "send", target, label, delayMs: 0, isAbandoned: false } as const;
    if (!isOrdered && dice.chance(0.15)) {
      this.optional.add(label);
      return { ...plain, commands: [{ kind: "leaveMark", label }], isAbandoned: true };
    }
    const commands = this.#commands(target, dice.integer(0, 3));
    if (isOrdered) return { ...plain, commands };
    if (dice.chance(0.3)) return { ...plain, commands, delayMs: dice.pick(this.#delaysMs) };
    if (dice.chance(0.5)) return { ...plain, commands };
    return { ...plain, kind: "call", commands: [...commands, { kind: "reply", label }] };
  }

  #commands(self: string, depth: number): Command[] {
    const all: Command[] = [];
    for (let left = this.#dice.integer(1, 3); left > 0; left--) {
      all.push(...this.#some(self, depth));
    }
    return all;
  }

  #some(self: string, depth: number): Command[] {
    const dice = this.#dice;
    if (depth === 0 || dice.chance(0.3)) {
      this.counts.set(self, (this.counts.get(self) ?? 0) + 1);
      return [{ kind: "increment" }];
    }
    if (dice.chance(0.15)) {
      const label = this.#label();
      this.emitted.add(label);
      return [{ kind: "sendEgress", label }];
    }
    if (dice.chance(0.2)) return this.#cancelled(self);
    const target = dice.pick(this.ids);
    const commands = this.#commands(target, depth - 1);
    if (dice.chance(0.7)) return [{ kind: "send", target, commands }];
    const delayMs = dice.pick(this.#delaysMs);
    if (dice.chance(0.5)) return [{ kind: "sendAfter", target, delayMs, commands }];
    return [{ kind: "sendAfter", target, delayMs, token: this.#label(), commands }];
  }

  /** A delayed message and its cancellation: in one message, by the next one, or by a late one. */
  #cancelled(self: string): Command[] {
    const dice = this.#dice;
    const token = this.#label();
    const commands = [{ kind: "leaveMark", label: token }] as const;
    const delayMs = dice.pick(this.#delaysMs);
    const target = dice.pick(this.ids);
    const cancel = { kind: "cancelSendAfter", token } as const;
    const sending = { kind: "sendAfter", target, delayMs, token, commands } as const;
    if (dice.chance(0.3)) {
      this.forbidden.add(token);
      return [sending, cancel];
    }
    this.optional.add(token);
    const back = { target: self, commands: [cancel] } as const;
    if (dice.chance(0.3)) return [sending, { kind: "send", ...back }];
    // Just in time, just too late, or any time.
    const justMs = Math.max(0, delayMs + dice.integer(-2, 1));
    const laterMs = dice.chance(0.7) ? justMs : dice.pick(this.#delaysMs);
    return [sending, { kind: "sendAfter", delayMs: laterMs, ...back }];
  }

  #label(): string {
    return `${this.#prefix}x${++this.#labels}`;
  }
}

function smallPlan(dice: Dice): ProgramPlan {
  const more = Array.from({ length: dice.integer(0, 6) }, (_, index) => String(index + 1));
  return { ids: ["0", ...more], delaysMs };
}
