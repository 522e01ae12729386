import { address, type Context, egress, int, json, StatefulFunctions, shape } from "statefun";

/** What the smoke suite's functions do, for instances that are here and elsewhere. */
export type Command =
  | { readonly kind: "increment" }
  | { readonly kind: "send"; readonly to: number; readonly commands: Commands }
  | {
      readonly kind: "sendAfter";
      readonly to: number;
      readonly commands: Commands;
      readonly token?: string;
    }
  | { readonly kind: "cancel"; readonly token: string }
  /** A record with a label that no other has. */
  | { readonly kind: "emit"; readonly label: number }
  | { readonly kind: "verify"; readonly expected: number };

export type Commands = readonly Command[];

export interface Result {
  readonly id: number;
  readonly expected: number;
  readonly actual: number;
}

export const commandsType = json("smoke/Commands", shape<Commands>());
export const results = egress("smoke/results", json("smoke/Result", shape<Result>()));
export const labels = egress("smoke/labels", int);

/** Where the instance of a number lives: in this process, or behind the endpoint of a wire. */
export const kinds = ["near", "far", "old"] as const;
const kindOf = (id: number) => kinds[id % kinds.length] ?? "near";
export const instance = (id: number) => address(`smoke/${kindOf(id)}`, String(id));

/** The functions of one place. `trouble` may throw, before and after anything was done. */
export function smokeFunctions(kind: (typeof kinds)[number], trouble: () => void) {
  const functions = new StatefulFunctions(`smoke ${kind}`);
  const state = { count: { type: int, initial: 0 } };
  functions.bind(`smoke/${kind}`, { accepts: commandsType, state }, (context, commands) => {
    trouble();
    for (const command of commands) interpret(context, command);
    trouble();
  });
  return functions;
}

type SmokeContext = Context<{
  readonly count: { readonly type: typeof int; readonly initial: number };
}>;

function interpret(context: SmokeContext, command: Command): void {
  switch (command.kind) {
    case "increment":
      context.state.count += 1;
      break;
    case "send":
      context.send(instance(command.to), commandsType.of(command.commands));
      break;
    case "sendAfter": {
      const { to, token, commands } = command;
      const options = token === undefined ? {} : { cancellationToken: token };
      context.sendAfter(
        token === undefined ? 1 : 60_000,
        instance(to),
        commandsType.of(commands),
        options,
      );
      break;
    }
    case "cancel":
      context.cancel(command.token);
      break;
    case "emit":
      context.emit(labels, command.label);
      break;
    case "verify": {
      const { expected } = command;
      context.emit(results, { id: Number(context.self.id), expected, actual: context.state.count });
    }
  }
}

/** Makes commands out of a seed, and knows what they must lead to. */
export class SmokeModel {
  readonly expected: number[];
  readonly labels: number[] = [];
  readonly #random: () => number;
  #tokens = 0;

  constructor(instances: number, random: () => number) {
    this.expected = new Array(instances).fill(0);
    this.#random = random;
  }

  /** For an instance, run for certain. */
  commandsFor(id: number, depth: number): Commands {
    const commands: Command[] = [];
    for (let left = Math.floor(this.#random() * 3); left > 0; left--) {
      commands.push(...this.#step(id, depth));
    }
    if (depth > 0 && commands.length > 0) return commands;
    this.#count(id);
    return [...commands, { kind: "increment" }];
  }

  #count(id: number): void {
    this.expected[id] = (this.expected[id] ?? 0) + 1;
  }

  #step(id: number, depth: number): Command[] {
    const dice = this.#random();
    const to = Math.floor(this.#random() * this.expected.length);
    if (dice < 0.3) {
      this.#count(id);
      return [{ kind: "increment" }];
    }
    if (dice < 0.4) {
      this.labels.push(this.labels.length);
      return [{ kind: "emit", label: this.labels.length - 1 }];
    }
    if (depth === 0) return [];
    if (dice < 0.5 && kindOf(id) !== "old") {
      const token = `t${this.#tokens++}`;
      const never: Commands = [{ kind: "increment" }];
      return [
        { kind: "sendAfter", to, token, commands: never },
        { kind: "cancel", token },
      ];
    }
    const kind = dice < 0.65 ? "sendAfter" : "send";
    return [{ kind, to, commands: this.commandsFor(to, depth - 1) }];
  }
}

/** mulberry32: the same numbers for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
