import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { JavaRandom } from "./java-random.ts";

/** What all the commands together have to lead to, see Tally.java. */
export interface Tally {
  /** Increments by id. */
  readonly expected: number[];
  messages: number;
  delayed: number;
  cancelled: number;
}

export interface CommandSettings {
  readonly ids: number;
  readonly commands: number;
  readonly seed: number;
}

/** A command of the source, and the id that it is for. */
export interface SourceCommand {
  readonly target: number;
  readonly bytes: Uint8Array;
}

const kinds = { increment: 1, send: 2, sendAfter: 3, sendEgress: 4, verify: 6, cancel: 7 } as const;
const maxDepth = 6;
const maxCommands = 3;

/** The commands of CommandGenerator.java, byte for byte, with cancellations. */
export function commandsOf({ ids, commands, seed }: CommandSettings): {
  readonly all: readonly SourceCommand[];
  readonly tally: Tally;
} {
  const expected = new Array<number>(ids).fill(0);
  const tally: Tally = { expected, messages: 0, delayed: 0, cancelled: 0 };
  const all = Array.from({ length: commands }, (_, position) => {
    const spread = BigInt.asIntN(64, BigInt(position + 1) * 0x9e3779b97f4a7c15n);
    const random = new JavaRandom(BigInt(seed) ^ spread);
    const target = random.below(ids);
    tally.messages++;
    const tree = new Tree(random, position, tally, ids);
    return { target, bytes: sourceCommand(target, tree.commands(target, random.below(maxDepth))) };
  });
  return { all, tally };
}

/** Asks an id for its count. */
export function question(target: number, expected: number): SourceCommand {
  const verify = part(kinds.verify, numberField(1, expected));
  return { target, bytes: sourceCommand(target, part(1, verify)) };
}

/** One command of the source with all that it leads to. */
class Tree {
  readonly #random: JavaRandom;
  readonly #position: number;
  readonly #tally: Tally;
  readonly #ids: number;
  #tokens = 0;

  constructor(random: JavaRandom, position: number, tally: Tally, ids: number) {
    this.#random = random;
    this.#position = position;
    this.#tally = tally;
    this.#ids = ids;
  }

  /** Commands that `id` carries out; they are counted, so they must be delivered. */
  commands(id: number, depth: number): Uint8Array {
    const count = depth === 0 ? 0 : 1 + this.#random.below(maxCommands);
    if (count === 0) return this.#increment(id);
    return joined(Array.from({ length: count }, () => this.#one(id, depth)));
  }

  #one(id: number, depth: number): Uint8Array {
    const dice = this.#random.below(100);
    if (dice < 40) return this.#increment(id);
    if (dice < 72) return this.#send(kinds.send, depth);
    if (dice < 82) return this.#send(kinds.sendAfter, depth);
    if (dice < 86) return part(1, part(kinds.sendEgress, none));
    // Nothing otherwise: a list of no commands is a message too.
    return dice < 92 ? this.#cancelled(id) : none;
  }

  #increment(id: number): Uint8Array {
    this.#tally.expected[id] = (this.#tally.expected[id] ?? 0) + 1;
    return part(1, part(kinds.increment, none));
  }

  #send(kind: number, depth: number): Uint8Array {
    const target = this.#random.below(this.#ids);
    this.#tally.messages++;
    if (kind === kinds.sendAfter) this.#tally.delayed++;
    const commands = this.commands(target, depth - 1);
    return part(1, part(kind, joined([numberField(1, target), part(2, commands)])));
  }

  /** A delayed increment and its cancellation, with another command in between: it must never count. */
  #cancelled(id: number): Uint8Array {
    const token = new TextEncoder().encode(`${this.#position}-${this.#tokens++}`);
    const to = numberField(1, this.#random.below(this.#ids));
    const never = part(1, part(kinds.increment, none));
    this.#tally.cancelled++;
    return joined([
      part(1, part(kinds.sendAfter, joined([to, part(2, never), part(3, token)]))),
      this.#increment(id),
      part(1, part(kinds.cancel, joined([to, part(2, token)]))),
    ]);
  }
}

const none = new Uint8Array(0);

function sourceCommand(target: number, commands: Uint8Array): Uint8Array {
  return joined([numberField(1, target), part(2, commands)]);
}

/** A message, a text or bytes; never left out, since an empty message of a oneof says which one it is. */
function part(field: number, bytes: Uint8Array): Uint8Array {
  return new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(bytes).finish();
}

/** Left out when it is 0, as proto3 has it. */
function numberField(field: number, value: number): Uint8Array {
  return value === 0 ? none : new BinaryWriter().tag(field, WireType.Varint).int64(value).finish();
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of parts) {
    all.set(one, at);
    at += one.length;
  }
  return all;
}
