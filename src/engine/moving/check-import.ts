import { invalid, isOwnNamespace, reserved } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { keyOf } from "../commit/pending-message.ts";
import { latestEpoch } from "../contract/links.ts";
import type { ImportedLine, ImportedThing, ImportWant } from "../contract/moving.ts";
import type { TimerRecord } from "../contract/records.ts";
import type { Partition } from "../partition.ts";
import { HashSet } from "./hash-set.ts";
import { importSource } from "../holding/marks.ts";
import { type Before, isPresent } from "./present.ts";

/** Numbers end there: an engine has to have room behind what it begins with. */
const lastOfAll = 2 ** 52;
/** As for operators: pauses are read at each start, and all are in memory. */
const maxPauses = 10_000;

/** What is here already. */
interface Conflict {
  readonly line: number;
  readonly what: string;
}

/**
 * Reads an export to its end, and throws for what could not be written, or must not be: nothing has changed then. Its memory
 * grows with tokens, calls and returned records alone, by 16 bytes or so for each.
 */
export async function checkImport(
  partition: Partition,
  { source, replace, signal, onLine }: ImportWant,
  before: Before,
): Promise<void> {
  if (source.time > latestEpoch) {
    throw invalid(`the time of the export, ${source.time}, is later than any engine time`);
  }
  if (partition.journal.given.number + source.numbers > lastOfAll) {
    const text = `the numbers of the export, up to ${source.numbers}, have no room behind those of this store, up to ${partition.journal.given.number}`;
    throw new StateFunError("limit_exceeded", text);
  }
  const check = new Check(partition, before, replace, source.partitions > 1);
  for await (const lines of source.read()) {
    signal.throwIfAborted();
    for (const line of lines) check.add(line);
    const last = lines.at(-1);
    if (last !== undefined) onLine("check", last.line);
  }
  check.end();
}

class Check {
  readonly #partition: Partition;
  readonly #before: Before;
  readonly #replace: boolean;
  readonly #isEmpty: boolean;
  /** What may be there once, but is in no order: each of these is refused by the stores the second time. */
  readonly #once: HashSet;
  readonly #instances: HashSet | undefined;
  readonly #conflicting: HashSet;
  #first: Conflict | undefined;
  #pauses: number;
  #last: WireAddress | undefined;

  constructor(partition: Partition, before: Before, replace: boolean, hasPartitions: boolean) {
    const { random } = partition.options;
    this.#partition = partition;
    this.#before = before;
    this.#replace = replace;
    this.#isEmpty = before.before === 0 && before.cellsBefore === 0;
    this.#once = new HashSet(random);
    // Within a partition they are in order.
    this.#instances = hasPartitions ? new HashSet(random) : undefined;
    this.#conflicting = new HashSet(random);
    this.#pauses = partition.pauses.count;
  }

  add({ line, thing }: ImportedLine): void {
    try {
      this.#sound(thing);
    } catch (error) {
      if (!(error instanceof StateFunError)) throw error;
      const text = `line ${line} of the export: ${error.message}`;
      throw new StateFunError(error.code, text, { cause: error });
    }
    const conflict = this.#conflict(thing);
    if (conflict === undefined || !this.#conflicting.add(conflict)) return;
    this.#first ??= { line, what: conflict };
  }

  /** Throws if anything is here already. */
  end(): void {
    if (this.#first === undefined) return;
    const { line, what } = this.#first;
    const others = this.#conflicting.size - 1;
    const more =
      others === 0 ? "" : `, and so ${others === 1 ? "is 1 other" : `are ${others} others`}`;
    const text = `line ${line} of the export: ${what} is here already${more}: import into an empty store, or with replace`;
    throw new StateFunError("conflict", text);
  }

  /** Throws for what a store or an engine could not have. */
  #sound(thing: ImportedThing): void {
    switch (thing.kind) {
      case "pause":
        if (++this.#pauses > maxPauses) {
          const text = `more than ${maxPauses} functions and instances would be paused`;
          throw new StateFunError("limit_exceeded", text);
        }
        return;
      case "instance":
        this.#assertInstance(thing.address);
        return;
      case "message":
        assertUsers("the target of a message that waits", thing.record.target);
        return;
      case "timer":
        this.#assertTimer(thing.record);
        return;
      case "record":
        this.#assertOnce("record", `${thing.record.number}`);
        return;
      case "dead-letter":
        // A record that was given up gets its number back when it is sent again.
        if (thing.record.egress !== undefined) this.#assertOnce("record", `${thing.record.number}`);
        return;
      case "key":
        if (thing.record.call !== undefined) this.#assertCall(thing.record.call, thing.record);
        return;
      case "position":
        if (thing.source === importSource) throw invalid(`${importSource} must not be a source`);
        return;
      case "partition":
        this.#part++;
    }
  }

  /** Records have their numbers within a partition. */
  #part = 0;

  #assertInstance(address: WireAddress): void {
    assertUsers("an instance", address);
    const isNext = this.#last?.id === address.id && this.#last.typename === address.typename;
    this.#last = address;
    if (isNext || this.#instances?.add(keyOf(address)) !== false) return;
    throw invalid(`${nameOf(address)} is in another partition of the export too`);
  }

  #assertTimer({ owner, token }: TimerRecord): void {
    if (owner === undefined || token === undefined) return;
    this.#assertOnce("token", `${token.length} ${token} ${owner}`);
  }

  #assertCall(call: string, { target, key }: { target: WireAddress; key: string }): void {
    this.#assertOnce("call", call);
    const there = this.#isEmpty ? undefined : this.#partition.options.store.acceptedCall(call);
    if (there === undefined || (there.key === key && keyOf(there.target) === keyOf(target))) return;
    throw new StateFunError("conflict", `call ${show(call)} is here already, with another key`);
  }

  #assertOnce(kind: "token" | "call" | "record", name: string): void {
    const key = kind === "record" ? `record ${this.#part} ${name}` : `${kind} ${name}`;
    if (this.#once.add(key)) return;
    throw invalid(`${kind} ${show(name)} is in the export twice`);
  }

  /** What of it is here already, by its name. */
  #conflict(thing: ImportedThing): string | undefined {
    if (thing.kind === "position") return this.#conflictingSource(thing.source);
    if (this.#replace || this.#isEmpty) return undefined;
    switch (thing.kind) {
      case "instance":
        return this.#conflictingInstance(thing.address);
      case "message":
        return this.#conflictingInstance(thing.record.target);
      case "timer":
        return this.#conflictingInstance(thing.record.caller ?? thing.record.target);
      case "key": {
        const { target, key } = thing.record;
        const there = this.#partition.options.store.accepted(target, key);
        return there && `idempotency key ${show(key)} of ${nameOf(target)}`;
      }
      default:
        return undefined;
    }
  }

  #conflictingInstance(address: WireAddress): string | undefined {
    return isPresent(this.#partition, address, this.#before) ? nameOf(address) : undefined;
  }

  #conflictingSource(source: string): string | undefined {
    const { sources, options } = this.#partition;
    // Who reads it knows where it is, and would write over what comes.
    if (sources.read.has(source)) return `source ${show(source)}, which is being read,`;
    if (this.#replace || options.store.position(source) === undefined) return undefined;
    return `the position of source ${show(source)}`;
  }
}

function assertUsers(what: string, { typename }: WireAddress): void {
  if (isOwnNamespace(typename)) throw reserved(what, typename);
}

function nameOf({ typename, id }: WireAddress): string {
  return `${typename} ${show(id)}`;
}
