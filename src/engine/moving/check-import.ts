import { invalid } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { keyOf } from "../commit/pending-message.ts";
import { latestEpoch } from "../contract/links.ts";
import type { ImportedLine, ImportedThing, ImportSource, ImportWant } from "../contract/moving.ts";
import type { Partition } from "../partition.ts";
import { HashSet } from "./hash-set.ts";
import { type Before, isCallOfOther, isPresent, keyPresent } from "./present.ts";

/** Numbers end there: an engine has to have room behind what it begins with. */
const lastOfAll = 2 ** 52;
/** As for operators: pauses are read at each start, and all are in memory. */
const maxPauses = 10_000;

/** Throws for an export that does not fit here, before anything has changed. */
export async function checkImport(
  partition: Partition,
  { source, replace, signal, onLine }: ImportWant,
  before: Before,
): Promise<void> {
  assertRoom(partition, source);
  const { before: number, cellsBefore } = before;
  const isEmpty = number === 0 && cellsBefore === 0;
  const hasSources = source.positions > 0;
  if (source.partitions === 1 && !hasSources && (isEmpty || (replace && source.calls === 0)))
    return;
  const check = new Check(partition, before, replace, source.partitions > 1);
  for await (const lines of source.read()) {
    signal.throwIfAborted();
    for (const line of lines) check.add(line);
    const last = lines.at(-1);
    if (last !== undefined) onLine("check", last.line);
  }
  check.end();
}

function assertRoom({ journal, pauses }: Partition, source: ImportSource): void {
  const { number } = journal.given;
  if (source.time > latestEpoch) {
    throw invalid(`the time of the export, ${source.time}, is later than any engine time`);
  }
  if (number + source.numbers > lastOfAll) {
    const text = `the numbers of the export, up to ${source.numbers}, do not fit behind those of this store, up to ${number}`;
    throw new StateFunError("limit_exceeded", text);
  }
  if (pauses.count + source.pauses > maxPauses) {
    const text = `with the export ${pauses.count + source.pauses} functions and instances would be paused, which is more than ${maxPauses}`;
    throw new StateFunError("limit_exceeded", text);
  }
}

/** What is here already. */
interface Conflict {
  readonly line: number;
  readonly what: string;
}

/** Looks for what is here already. */
class Check {
  readonly #partition: Partition;
  readonly #before: Before;
  readonly #replace: boolean;
  /** Within a partition they are in order. */
  readonly #instances: HashSet | undefined;
  readonly #conflicting: HashSet;
  #first: Conflict | undefined;
  #last: WireAddress | undefined;

  constructor(partition: Partition, before: Before, replace: boolean, hasPartitions: boolean) {
    const { random } = partition.options;
    this.#partition = partition;
    this.#before = before;
    this.#replace = replace;
    this.#instances = hasPartitions ? new HashSet(random) : undefined;
    this.#conflicting = new HashSet(random);
  }

  add({ line, thing }: ImportedLine): void {
    if (thing.kind === "partition") this.#last = undefined;
    else if (thing.kind === "instance") this.#assertNew(thing.address, line);
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

  #assertNew(address: WireAddress, line: number): void {
    const isNext = this.#last?.id === address.id && this.#last.typename === address.typename;
    this.#last = address;
    if (isNext || this.#instances?.add(keyOf(address)) !== false) return;
    throw invalid(
      `line ${line} of the export: ${nameOf(address)} is in another partition of the export too`,
    );
  }

  /** What of it is here already, by its name. */
  #conflict(thing: ImportedThing): string | undefined {
    switch (thing.kind) {
      case "instance":
        return this.#conflictingInstance(thing.address);
      case "message":
        return this.#conflictingInstance(thing.record.target);
      case "timer":
        return this.#conflictingInstance(thing.record.caller ?? thing.record.target);
      case "key":
        return this.#conflictingKey(thing.record);
      case "position":
        return this.#conflictingSource(thing.source);
      default:
        return undefined;
    }
  }

  #conflictingInstance(address: WireAddress): string | undefined {
    if (this.#replace) return undefined;
    return isPresent(this.#partition, address, this.#before) ? nameOf(address) : undefined;
  }

  #conflictingKey(record: Extract<ImportedThing, { kind: "key" }>["record"]): string | undefined {
    const { target, key } = record;
    if (isCallOfOther(this.#partition, record))
      return `the call of idempotency key ${show(key)} of ${nameOf(target)}`;
    if (this.#replace || keyPresent(this.#partition, target, key) === undefined) return undefined;
    return `idempotency key ${show(key)} of ${nameOf(target)}`;
  }

  #conflictingSource(source: string): string | undefined {
    const { sources, options } = this.#partition;
    // Who reads it knows where it is, and would write over what comes.
    if (sources.read.has(source)) return `source ${show(source)}, which is being read,`;
    if (this.#replace || options.store.position(source) === undefined) return undefined;
    return `the position of source ${show(source)}`;
  }
}

function nameOf({ typename, id }: WireAddress): string {
  return `${typename} ${show(id)}`;
}
