import { invalid } from "../internal/assert.ts";
import { show } from "../internal/show.ts";
import { compareTexts } from "../internal/text-order.ts";
import { countOfKind, type MovedCounts, movedCountNames } from "../model/moved-counts.ts";
import type { ExportCounts, ExportLine, InstanceLine, RecordOfPartition } from "./records.ts";

interface KindOfRecord {
  readonly rank: number;
  readonly counted: keyof MovedCounts;
}

/** Kinds within a partition, in their order, with the name of their count. */
const kinds: ReadonlyMap<string, KindOfRecord> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ Object.entries(countOfKind).map(([kind, counted], rank) => [
    kind,
    { rank, counted },
  ]),
);

/** Of an export that has nothing. */
export function noCounts(): ExportCounts {
  const names = ["partitions", ...movedCountNames()];
  // Each name once, with a number.
  return Object.fromEntries(names.map((name) => [name, 0])) as unknown as ExportCounts;
}

/**
 * Holds lines to their order, in memory that does not grow with them: what was lost, moved or repeated does not fit between its
 * neighbours. Throws `invalid_argument` without the number of the line.
 */
export class ExportOrder {
  #counts: { -readonly [name in keyof ExportCounts]: number } = noCounts();
  #hasHeader = false;
  #hasEnd = false;
  #partition: { readonly name: string; readonly lastNumber: number } | undefined;
  /** The last record of the partition. */
  #last: RecordOfPartition | undefined;
  /** The greatest name of a state of the last instance, over all its lines. */
  #lastState = "";

  get hasEnd(): boolean {
    return this.#hasEnd;
  }

  get counts(): ExportCounts {
    return this.#counts;
  }

  add(line: ExportLine): void {
    if (this.#hasHeader === (line.kind === "statefun-export")) throw headerMisplaced(line);
    switch (line.kind) {
      case "statefun-export":
        this.#hasHeader = true;
        return;
      case "partition":
        this.#begin(line.name, line.lastNumber);
        return;
      case "end":
      case "more":
        this.#hasEnd = true;
        return;
      default:
        this.#record(line);
    }
  }

  #begin(name: string, lastNumber: number): void {
    const before = this.#partition?.name;
    if (before !== undefined && compareTexts(before, name) >= 0) {
      throw outOfOrder(`partition ${show(name)}`, `partition ${show(before)}`, "names");
    }
    this.#partition = { name, lastNumber };
    this.#last = undefined;
    this.#counts.partitions++;
  }

  #record(line: RecordOfPartition): void {
    const kind = kinds.get(line.kind);
    if (kind === undefined) throw invalid(`${show(line.kind)} is not a kind of record`);
    if (this.#partition === undefined) throw invalid(`${line.kind} must stand in a partition`);
    if ("number" in line && line.number > this.#partition.lastNumber) {
      const { lastNumber } = this.#partition;
      throw invalid(
        `${line.kind} ${line.number} is above the partition's lastNumber ${lastNumber}`,
      );
    }
    const isNext = this.#isBehindLast(line, kind.rank);
    if (isNext) this.#counts[kind.counted]++;
    if (line.kind === "instance") this.#states(line, isNext);
    this.#last = line;
  }

  /** Whether it is another record than the last one; false for more states of the same instance. */
  #isBehindLast(line: RecordOfPartition, rank: number): boolean {
    const last = this.#last;
    if (last === undefined) return true;
    if (last.kind !== line.kind) {
      if ((kinds.get(last.kind)?.rank ?? 0) < rank) return true;
      const order = [...kinds.keys()].join(", ");
      throw invalid(`${line.kind} must not follow ${last.kind}: the order is ${order}`);
    }
    const order = compare(last, line);
    if (order < 0) return true;
    if (order === 0 && line.kind === "instance") return false;
    throw outOfOrder(nameOf(line), nameOf(last), keyOf(line));
  }

  /** Names of a further line are above those before, so that none comes twice. */
  #states(line: InstanceLine, isFirst: boolean): void {
    // Not the order within the line: objects of JavaScript have names like "10" first.
    const names = Object.keys(line.states);
    if (names.length > 1) names.sort(compareTexts);
    const [first = ""] = names;
    if (!isFirst && compareTexts(this.#lastState, first) >= 0) {
      const text = `state ${show(first)} of ${nameOf(line)} must not follow ${show(this.#lastState)}`;
      throw invalid(`${text}: states of further lines have greater names`);
    }
    this.#lastState = names.at(-1) ?? "";
  }
}

function headerMisplaced({ kind }: ExportLine): Error {
  return kind === "statefun-export"
    ? invalid("there must be one header")
    : invalid(
        `an export must begin with its header, a line of kind "statefun-export", got ${kind}`,
      );
}

function compare(left: RecordOfPartition, right: RecordOfPartition): number {
  if ("number" in left && "number" in right) return left.number - right.number;
  if ("source" in left && "source" in right) return compareTexts(left.source, right.source);
  if (!("function" in left && "function" in right)) return 0;
  const order = compareTexts(left.function, right.function);
  if (order !== 0) return order;
  // Without an id: the function as a whole, which comes first.
  if (left.id === undefined || right.id === undefined) {
    return Number(left.id !== undefined) - Number(right.id !== undefined);
  }
  return compareTexts(left.id, right.id);
}

function nameOf(line: RecordOfPartition): string {
  if ("number" in line) return `${line.kind} ${line.number}`;
  if ("source" in line) return `${line.kind} of ${show(line.source)}`;
  return `${line.kind} ${show(line.id === undefined ? line.function : `${line.function}/${line.id}`)}`;
}

function keyOf(line: RecordOfPartition): string {
  if ("number" in line) return "numbers";
  return "source" in line ? "sources" : "functions and ids";
}

function outOfOrder(one: string, before: string, by: string): Error {
  return invalid(
    `${one} must not follow ${before}: ${by} are in ascending order, without repetition`,
  );
}
