import { orAborted } from "../../internal/deadline.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { messageBytes, textBytes, valueBytes } from "../../model/message-bytes.ts";
import { windowBytes, windowRecords } from "../commit/in-windows.ts";
import { keyOf, sizeOf } from "../commit/pending-message.ts";
import type { ImportedThing, ImportWant } from "../contract/moving.ts";
import type { OpenWindow } from "../commit/window.ts";
import type { Position } from "../contract/records.ts";
import type { Partition } from "../partition.ts";
import { importSource, type ImportMark, marksText } from "../holding/marks.ts";
import { importedTimer } from "./imported-timer.ts";
import { removePresent, removeStates } from "./present.ts";

/** Windows that are written ahead of those that survive a crash. */
const maxAhead = 4;

/** Something on its way into the store. */
interface Placed {
  readonly thing: ImportedThing;
  /** What is added to its number. */
  readonly base: Position;
}

/**
 * Writes the lines behind the mark, in windows of a bounded size, each of which stores how far it is. Resolves when all of it survives a
 * crash. When it rejects, what was written stays: the same export goes on behind it.
 */
export async function writeImport(
  partition: Partition,
  { source, signal, onLine }: ImportWant,
  mark: ImportMark,
): Promise<void> {
  const writer = new Writer(partition, mark, signal);
  let [base, next] = [mark.offset, mark.offset];
  try {
    for await (const lines of source.read()) {
      signal.throwIfAborted();
      for (const { line, thing } of lines) {
        if (thing.kind === "partition") [base, next] = [next, next + thing.lastNumber];
        else if (isLate(thing)) writer.addLate(thing);
        else if (line > mark.line) {
          const isFull = writer.add({ thing, base }, line);
          if (isFull) await writer.write(false);
          if (isFull) signal.throwIfAborted();
        }
      }
      const last = lines.at(-1);
      if (last !== undefined) onLine("write", last.line);
    }
    await writer.write(true);
  } finally {
    // Nobody waits for a store that refuses: its mark says what it has then.
    if (!signal.aborted) await writer.settled();
  }
}

type Late = Extract<ImportedThing, { kind: "pause" | "position" }>;

/** What has no number and can only be written over. It comes with the last window: until then all that is written can be taken away again. */
function isLate(thing: ImportedThing): thing is Late {
  return thing.kind === "pause" || thing.kind === "position";
}

class Writer {
  readonly #partition: Partition;
  readonly #signal: AbortSignal;
  #mark: ImportMark;
  #group: Placed[] = [];
  #bytes = 0;
  readonly #late: Late[] = [];
  /** Instances whose states are in the open window. */
  readonly #changed: WireAddress[] = [];
  /** Windows that do not survive a crash yet, oldest first. */
  readonly #ahead: Promise<void>[] = [];

  constructor(partition: Partition, mark: ImportMark, signal: AbortSignal) {
    this.#partition = partition;
    this.#mark = mark;
    this.#signal = signal;
  }

  /** Whether it is time to write. */
  add(placed: Placed, line: number): boolean {
    this.#group.push(placed);
    this.#bytes += bytesOf(placed.thing);
    this.#mark = { ...this.#mark, line };
    return this.#group.length >= windowRecords || this.#bytes >= windowBytes;
  }

  addLate(thing: Late): void {
    this.#late.push(thing);
  }

  get #replace(): boolean {
    return this.#mark.replace;
  }

  /** In one synchronous piece, so that the mark says what is in the window, and no more. */
  async write(isLast: boolean): Promise<void> {
    const { journal, hold } = this.#partition;
    // Nothing may be applied while the store refuses a window.
    await this.#orAborted(journal.opened());
    if (journal.isStopped) throw journal.failure;
    const group = this.#group;
    this.#group = [];
    this.#bytes = 0;
    journal.guard(() => {
      for (const placed of group) this.#apply(placed);
      if (isLast) for (const thing of this.#late) this.#apply({ thing, base: 0 });
    });
    const { done } = hold.marks;
    const marks = isLast
      ? { done: [...done, this.#mark.sha256], unfinished: undefined }
      : { done, unfinished: this.#mark };
    const { window } = journal;
    window.positions.set(importSource, marksText(marks));
    journal.touch();
    const flushed = journal.flush();
    // Whoever waits for it hears of it.
    flushed.catch(() => {});
    this.#ahead.push(flushed);
    // In memory the import goes on until all of it is there.
    hold.marks = { done, unfinished: isLast ? { ...this.#mark, isWritten: true } : this.#mark };
    await this.#orAborted(this.#committed(window));
    if (this.#ahead.length >= maxAhead || isLast) {
      const awaited = isLast ? this.#ahead.splice(0) : this.#ahead.splice(0, 1);
      for (const one of awaited) await this.#orAborted(one);
    }
  }

  /** Waits for the commit of the open window. That is done to its end, whoever waits for it. */
  async #committed(window: OpenWindow): Promise<void> {
    const { journal, mailboxes, options } = this.#partition;
    const changed = this.#changed.splice(0);
    while (journal.window === window && !journal.isStopped) {
      await new Promise<void>((resolve) => options.defer(resolve));
    }
    await journal.opened();
    // A view may have read them before the commit.
    for (const address of changed) mailboxes.forgetStates(address);
  }

  #orAborted(work: Promise<void> | undefined): Promise<void> | undefined {
    return work && orAborted(work, this.#signal);
  }

  /** Nothing of it is on its way to the disk any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#ahead);
  }

  #apply({ thing, base }: Placed): void {
    const { journal, calls, mailboxes, pauses, timers } = this.#partition;
    const { window } = journal;
    switch (thing.kind) {
      case "pause": {
        const { record } = thing;
        const { typename, id } = record;
        // An operator has made it, and knows it as it is.
        if (!this.#replace && pauses.get(record) !== undefined) return;
        mailboxes.repause(record, () => pauses.put(record));
        const name = id === undefined ? typename : keyOf({ typename, id });
        window.paused.set(name, [{ typename, id }, record]);
        return;
      }
      case "instance":
        this.#writeStates(thing);
        return;
      case "message":
        this.#writeMessage(thing, base);
        return;
      case "timer": {
        const timer = importedTimer(timers, thing.record, thing.record.number + base);
        if (this.#replace) this.#remove(timer.caller ?? timer.target);
        window.addTimer(timer);
        return;
      }
      case "record":
        window.egress.push({ ...thing.record, number: thing.record.number + base });
        return;
      case "dead-letter":
        window.dead.push({ ...thing.record, number: thing.record.number + base });
        return;
      case "key":
        calls.accept({ ...thing.record, number: thing.record.number + base });
        return;
      case "position":
        window.positions.set(thing.source, thing.position);
        return;
      case "partition":
    }
  }

  #writeStates({ address, states }: Extract<ImportedThing, { kind: "instance" }>): void {
    const { journal } = this.#partition;
    if (this.#replace) this.#remove(address);
    else removeStates(this.#partition, address, this.#mark);
    this.#changed.push(address);
    for (const [name, { value, expiresAt }] of states) {
      const cell = journal.nextCell();
      journal.window.cells.set(cell, { cell, address, name, value, expiresAt });
    }
  }

  #writeMessage({ record }: Extract<ImportedThing, { kind: "message" }>, base: Position): void {
    if (this.#replace) this.#remove(record.target);
    // It is read from the store when all are there.
    this.#partition.journal.window.addMessage({
      ...record,
      number: record.number + base,
      bytes: sizeOf(record),
      storedIn: 0,
      isGone: false,
      mayWait: 0,
      isCareful: false,
      isRecovered: false,
    });
  }

  #remove(address: WireAddress): void {
    this.#changed.push(address);
    removePresent(this.#partition, address, this.#mark);
  }
}

function bytesOf(thing: ImportedThing): number {
  switch (thing.kind) {
    case "instance": {
      let bytes = textBytes(thing.address.id);
      for (const { value } of thing.states.values()) bytes += valueBytes(value);
      return bytes;
    }
    case "message":
    case "timer":
    case "dead-letter": {
      const { argument, target, caller } = thing.record;
      return messageBytes(argument, target, caller);
    }
    case "record":
      return messageBytes(thing.record.argument, thing.record.from);
    case "key": {
      const { outcome } = thing.record;
      return outcome?.kind === "reply" ? valueBytes(outcome.value) : 0;
    }
    default:
      return 0;
  }
}
