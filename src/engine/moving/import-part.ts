import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { textBytes } from "../../model/message-bytes.ts";
import { keyOf, sizeOf } from "../commit/pending-message.ts";
import type { ImportedLine, ImportedThing } from "../contract/moving.ts";
import type { Position } from "../contract/records.ts";
import { longestStoredId } from "../contract/snapshot.ts";
import type { Partition } from "../partition.ts";
import { restoreImported } from "../restart.ts";
import { inTurn } from "./in-turn.ts";
import { importedTimer } from "./imported-timer.ts";
import {
  dropMark,
  markOf,
  newMark,
  noteName,
  notePause,
  type PartMark,
  saveMark,
  withRange,
} from "./part-mark.ts";
import {
  type Before,
  isCallOfOther,
  isPresent,
  keyPresent,
  removePresent,
  removeStates,
} from "./present.ts";

/** Lines of an export for one partition among many. */
export interface PartWant {
  /** Of the whole export. */
  readonly sha256: string;
  /** Ascending; those of one export come in this order over all parts. */
  readonly lines: readonly ImportedLine[];
  readonly replace: boolean;
  /** It is only looked whether something is here already. */
  readonly isCheck: boolean;
}

/**
 * Brings a part of an export into one partition among many, in one window with the mark of how far it is: what is repeated is left out.
 * Each record gets a new number, in the order of the lines. Nothing may run in the partition.
 *
 * The mark is kept as an idempotency key is, and for as long: it holds up no partition that could be forgotten for longer than that.
 */
export function importPart(partition: Partition, want: PartWant): Promise<void> {
  return inTurn(partition, () => importNow(partition, want));
}

async function importNow(partition: Partition, want: PartWant): Promise<void> {
  const { journal } = partition;
  await journal.flush();
  const found = markOf(partition, want.sha256);
  if (found !== undefined) assertNotAbandoned(want, found);
  const known = found?.isGone === true ? undefined : found;
  const mark = known ?? newMark(partition);
  const lines = want.lines.filter(({ line }) => line > mark.line);
  // What is here beside a mark, the import has brought.
  if (!want.replace && known === undefined) {
    for (const line of lines) assertAbsent(partition, line, mark);
  }
  if (want.isCheck) {
    if (found?.isGone === true) await forgotten(partition, want.sha256, found);
    return;
  }
  assertOnce(partition, lines, mark);
  if (lines.length > 0) await new PartWriter(partition, mark, want).write(lines);
}

/** A check begins an import that was abandoned anew. Without one, a part of it is late: what was before it is gone. */
function assertNotAbandoned({ sha256, isCheck }: PartWant, mark: PartMark): void {
  if (!mark.isAbandoned || (mark.isGone && isCheck)) return;
  const what = mark.isGone
    ? "was abandoned: check all of it again before it is written"
    : "is being abandoned: abandon it again before another one";
  throw new StateFunError("conflict", `import ${sha256} ${what}`);
}

async function forgotten(partition: Partition, sha256: string, mark: PartMark): Promise<void> {
  const { journal } = partition;
  await journal.opened();
  if (journal.isStopped) throw journal.failure;
  journal.guard(() => dropMark(partition, sha256, mark));
  journal.touch();
  await journal.flush();
}

class PartWriter {
  readonly #partition: Partition;
  readonly #mark: PartMark;
  readonly #want: PartWant;
  /** Instances whose states have changed. */
  readonly #changed: WireAddress[] = [];
  #named: number;
  readonly #messages: { offset: Position; upTo: Position } = { offset: 0, upTo: 0 };

  constructor(partition: Partition, mark: PartMark, want: PartWant) {
    this.#partition = partition;
    this.#mark = mark;
    this.#want = want;
    this.#named = mark.named;
  }

  async write(lines: readonly ImportedLine[]): Promise<void> {
    const { journal, mailboxes } = this.#partition;
    // Nothing may be applied while the store refuses a window.
    await journal.opened();
    if (journal.isStopped) throw journal.failure;
    journal.guard(() => {
      const { number, cell } = journal.given;
      for (const { thing } of lines) this.#apply(thing);
      const mail = lines.filter(({ thing: { kind } }) => kind === "message" || kind === "timer");
      saveMark(this.#partition, this.#want.sha256, {
        ...this.#mark,
        line: lines.at(-1)?.line ?? 0,
        isReplaced: this.#mark.isReplaced || this.#want.replace,
        mail: this.#mark.mail + mail.length,
        named: this.#named,
        numbers: withRange(this.#mark.numbers, number, journal.given.number),
        cells: withRange(this.#mark.cells, cell, journal.given.cell),
      });
    });
    journal.touch();
    await journal.flush();
    // A view may have read them before the commit.
    for (const address of this.#changed) mailboxes.forgetStates(address);
    if (this.#messages.upTo > 0) await restoreImported(this.#partition, this.#messages);
  }

  #apply(thing: ImportedThing): void {
    const { journal, calls, mailboxes, pauses, timers } = this.#partition;
    const { window } = journal;
    const number = (): Position => journal.nextNumber();
    switch (thing.kind) {
      case "pause": {
        const { record } = thing;
        const { typename, id = "" } = record;
        const isHere = pauses.get(record) !== undefined;
        // An operator has made it, and knows it as it is.
        if (isHere && !this.#want.replace) return;
        if (!isHere) notePause(this.#partition, this.#want.sha256, record);
        mailboxes.repause(record, () => pauses.put(record));
        window.paused.set(keyOf({ typename, id }), [{ typename, id }, record]);
        return;
      }
      case "instance":
        this.#writeStates(thing);
        return;
      case "message":
        this.#writeMessage(thing);
        return;
      case "timer": {
        const { record } = thing;
        const from = record.caller ?? record.target;
        if (this.#want.replace) this.#remove(from);
        window.addTimer(importedTimer(timers, record, number()));
        return;
      }
      case "record":
        window.egress.push({ ...thing.record, number: number() });
        return;
      case "dead-letter":
        window.dead.push({ ...thing.record, number: number() });
        return;
      case "key":
        calls.accept({ ...thing.record, number: number() });
        return;
      default:
    }
  }

  #writeStates({ address, states }: Extract<ImportedThing, { kind: "instance" }>): void {
    const { journal } = this.#partition;
    if (this.#want.replace) this.#remove(address);
    else removeStates(this.#partition, address, this.#mark);
    this.#changed.push(address);
    if (textBytes(address.id) > longestStoredId) {
      noteName(this.#partition, this.#want.sha256, ++this.#named, address);
    }
    for (const [name, { value, expiresAt }] of states) {
      const cell = journal.nextCell();
      journal.window.cells.set(cell, { cell, address, name, value, expiresAt });
    }
  }

  #writeMessage({ record }: Extract<ImportedThing, { kind: "message" }>): void {
    const { journal } = this.#partition;
    if (this.#want.replace) this.#remove(record.target);
    const number = journal.nextNumber();
    if (this.#messages.upTo === 0) this.#messages.offset = number - 1;
    this.#messages.upTo = number;
    // It is read from the store when it is there.
    journal.window.addMessage({
      ...record,
      ...{ number, bytes: sizeOf(record), storedIn: 0, isGone: false },
      ...{ mayWait: 0, isCareful: false, isRecovered: false },
    });
  }

  #remove(address: WireAddress): void {
    this.#changed.push(address);
    removePresent(this.#partition, address, this.#mark);
  }
}

/** Throws `conflict` for what is here already. */
function assertAbsent(partition: Partition, { line, thing }: ImportedLine, before: Before): void {
  const what = conflictOf(partition, thing, before);
  if (what === undefined) return;
  const text = `line ${line} of the export: ${what} is here already: import into an empty application, or with replace`;
  throw new StateFunError("conflict", text);
}

function conflictOf(
  partition: Partition,
  thing: ImportedThing,
  before: Before,
): string | undefined {
  const address = addressOfThing(thing);
  if (address !== undefined && isPresent(partition, address, before)) return nameOf(address);
  if (thing.kind !== "key") return undefined;
  const { target, key } = thing.record;
  return keyPresent(partition, target, key) && `idempotency key ${show(key)} of ${nameOf(target)}`;
}

/** The instance that it is a part of. */
function addressOfThing(thing: ImportedThing): WireAddress | undefined {
  if (thing.kind === "instance") return thing.address;
  if (thing.kind === "message") return thing.record.target;
  if (thing.kind === "timer") return thing.record.caller ?? thing.record.target;
  return undefined;
}

/** Throws for what comes twice: the store would refuse it, and the whole window would be lost, or would keep the last one. */
function assertOnce(
  partition: Partition,
  lines: readonly ImportedLine[],
  { before }: Before,
): void {
  const { options, timers } = partition;
  const { store } = options;
  const found = new Set<string>();
  for (const { line, thing } of lines) {
    const isTwice = (name: string, isThere: boolean): void => {
      if (!isThere && !found.has(name)) {
        found.add(name);
        return;
      }
      const text = `line ${line} of the export: ${name} is here already`;
      throw new StateFunError("conflict", text);
    };
    if (thing.kind === "timer" && thing.record.token !== undefined) {
      const { caller, target, token } = thing.record;
      const owner = timers.ownerOf(caller ?? target);
      isTwice(
        `token ${show(token)} of ${show(owner)}`,
        store.timerByToken(owner, token) !== undefined,
      );
    }
    if (thing.kind !== "key") continue;
    const { target, key, call } = thing.record;
    // What was here before may be replaced.
    const isBrought = Number(store.accepted(target, key)?.number) > before;
    isTwice(`idempotency key ${show(key)} of ${nameOf(target)}`, isBrought);
    if (call !== undefined) isTwice(`call ${show(call)}`, isCallOfOther(partition, thing.record));
  }
}

function nameOf({ typename, id }: WireAddress): string {
  return `${typename} ${show(id)}`;
}
