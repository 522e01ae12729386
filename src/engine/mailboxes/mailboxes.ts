import type { WireAddress } from "../../model/invocation.ts";
import { textBytes } from "../../model/message-bytes.ts";
import type { CommitListener, Journal } from "../commit/journal.ts";
import type { PendingMessage } from "../commit/pending-message.ts";
import type { OpenWindow } from "../commit/window.ts";
import type { PausedKey } from "../contract/actions.ts";
import type { FunctionTransport } from "../contract/function-transport.ts";
import type { Position } from "../contract/records.ts";
import type { Store } from "../contract/store.ts";
import { allCells, type Cell, type Cells, cellIn, cellsFrom, withCell } from "./cells.ts";
import { Instance, type KnownTrouble } from "./instance.ts";
import type { Pauses } from "./pauses.ts";
import { Queue } from "./queue.ts";
import { WaitingInstances } from "./waiting-instances.ts";

/** Instances that are kept in memory while nothing waits for them: their state need not be read again. */
const maxIdleActors = 100_000;
/** As above, by what they take on the heap. */
const maxCachedBytes = 67_108_864;
/** About what an instance takes there beside its texts and its state. */
const instanceSize = 280;

/**
 * The actors of this partition. Every pending message is in memory, in the order of its number; the store
 * has those that were pending at the last commit.
 */
export class Mailboxes implements CommitListener {
  /** By typename and by id: two texts that are there already are found faster than one that has to be made. */
  readonly #actors = new Map<string, Map<string, Instance>>();
  #count = 0;
  /** The same ones, those that are asked first whether they may be forgotten in front. */
  readonly #order = new Queue<Instance>();
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #functions: FunctionTransport;
  /** Called for an actor that has got its first message, or another one. */
  readonly #wake: (actor: Instance) => void;
  /** Called for a message to a function that is not bound. */
  readonly #onParked: (address: WireAddress) => void;
  readonly #pauses: Pauses;
  #lastAddress: WireAddress | undefined;
  #lastActor: Instance | undefined;
  /** Bytes of all pending messages, roughly. */
  pendingBytes = 0;
  pending = 0;
  /** Of these, the messages for functions that are not bound. */
  parked = 0;
  /** The same by typename: health asks for it, and must not walk through all mailboxes. */
  readonly parkedBy: Map<string, number> = new Map();
  /** Those with messages, by typename, as long as one of the function is in memory: a list must not walk through all. */
  readonly #waiting = new Map<string, WaitingInstances>();
  /** Instances with a known trouble: a list of them must not walk through all mailboxes. */
  readonly troubled: Set<Instance> = new Set();
  /** Messages for functions that are bound, and that an operator has paused, or their instances. Those of a step that runs count. */
  paused = 0;
  readonly pausedBy: Map<string, number> = new Map();
  #cachedBytes = 0;

  constructor(
    store: Store,
    journal: Journal,
    functions: FunctionTransport,
    wake: (actor: Instance) => void,
    onParked: (address: WireAddress) => void,
    pauses: Pauses,
  ) {
    this.#pauses = pauses;
    this.#store = store;
    this.#journal = journal;
    this.#functions = functions;
    this.#wake = wake;
    this.#onParked = onParked;
  }

  /** Whether nothing here moves messages of an address: its function is not bound, or it is paused. */
  isResting(address: WireAddress): boolean {
    if (this.#pauses.has(address)) return true;
    const actor = this.find(address);
    return (actor === undefined ? this.#functions.get(address.typename) : actor.fn) === undefined;
  }

  /** Messages that nothing here moves: their functions are not bound, or paused. */
  get resting(): number {
    return this.parked + this.paused;
  }

  /** Changes what is paused. Gives the instances in memory that it is about. */
  repause(key: PausedKey, change: () => void): readonly Instance[] {
    const { typename, id } = key;
    const all = this.#actors.get(typename);
    const one = id === undefined ? undefined : all?.get(id);
    const instances = id === undefined ? [...(all?.values() ?? [])] : one ? [one] : [];
    for (const actor of instances) this.#countRest(actor, -actor.mailbox.length);
    change();
    for (const actor of instances) this.#countRest(actor, actor.mailbox.length);
    return instances;
  }

  /** How many messages wait for an address. */
  lengthOf(address: WireAddress): number {
    return this.find(address)?.mailbox.length ?? 0;
  }

  find(address: WireAddress): Instance | undefined {
    // A message is looked for twice in a row: for its room, and for its mailbox.
    if (address === this.#lastAddress) return this.#lastActor;
    this.#lastAddress = address;
    this.#lastActor = this.#actors.get(address.typename)?.get(address.id);
    return this.#lastActor;
  }

  /** The instances of a function that are in memory. */
  ofFunction(typename: string): ReadonlyMap<string, Instance> | undefined {
    return this.#actors.get(typename);
  }

  /** Those of a function that have messages. */
  waitingOf(typename: string): Iterable<Instance> {
    return this.#waiting.get(typename)?.walk() ?? [];
  }

  /** The same, which can be listened to; undefined where no instance of it is in memory. */
  waitingBy(typename: string): WaitingInstances | undefined {
    return this.#waiting.get(typename);
  }

  /** It stands still. Its next message has no trouble yet. */
  setTrouble(actor: Instance, trouble: KnownTrouble): void {
    actor.trouble = trouble;
    this.troubled.add(actor);
  }

  actor(address: WireAddress): Instance {
    let actor = this.find(address);
    if (actor === undefined) {
      const { typename, id } = address;
      const fn = this.#functions.get(typename);
      // The message may have its own copy of the name.
      actor = new Instance({ typename: fn?.typename ?? typename, id }, fn);
      const all = this.#actors.get(typename) ?? new Map<string, Instance>();
      this.#actors.set(typename, all);
      all.set(id, actor);
      this.#count++;
      this.#resize(actor, instanceSize + textBytes(id));
      this.#order.push(actor);
      this.#lastActor = actor;
    }
    actor.wasUsed = true;
    return actor;
  }

  /** Puts what is on disk already in its place: a restart does, in order of numbers. */
  restore(mail: PendingMessage): Instance {
    this.pending++;
    this.pendingBytes += mail.bytes;
    const actor = this.actor(mail.target);
    this.#countRest(actor, 1);
    const { mailbox } = actor;
    const last = mailbox.at(mailbox.length - 1);
    if (last === undefined || last.number < mail.number) this.#push(actor, mail);
    else mailbox.insert(placeOf(mailbox, mail.number), mail);
    return actor;
  }

  /** The store has other states of an instance than before. No step of it runs. */
  forgetStates(address: WireAddress): void {
    const actor = this.find(address);
    if (actor?.cells === undefined) return;
    for (const { size } of allCells(actor.cells)) this.#resize(actor, -size);
    actor.cells = undefined;
  }

  /** Appends a new message, in the open window. */
  append(mail: PendingMessage): void {
    this.#journal.window.addMessage(mail);
    this.pending++;
    this.pendingBytes += mail.bytes;
    const actor = this.actor(mail.target);
    this.#countRest(actor, 1);
    this.#push(actor, mail);
    if (actor.fn === undefined) this.#onParked(actor.address);
    this.#wake(actor);
  }

  /** Nothing in this mailbox may be postponed from now on: a message behind it cannot be postponed. */
  settle(address: WireAddress): void {
    const mailbox = this.find(address)?.mailbox;
    if (mailbox === undefined) return;
    for (let index = mailbox.length - 1; index >= 0; index--) {
      const mail = mailbox.at(index);
      // Messages before one that no longer waits either have their receipts, or cannot wait either.
      if (mail !== undefined && mail.storedIn !== 0) return;
      if (mail !== undefined) mail.mayWait = 0;
    }
  }

  /** Takes the head of a mailbox away: it was handled or given up. */
  shift(actor: Instance): void {
    const mail = actor.mailbox.shift();
    if (mail === undefined) return;
    if (actor.mailbox.length === 0) this.#waiting.get(actor.address.typename)?.delete(actor);
    if (actor.singles > 0) actor.singles--;
    this.#countRest(actor, -1);
    if (actor.trouble !== undefined) {
      actor.trouble = undefined;
      this.troubled.delete(actor);
    }
    this.pending--;
    this.pendingBytes -= mail.bytes;
    this.#journal.window.removeMessage(mail);
  }

  /** The state of an actor, read once. */
  cellsOf(actor: Instance): Cells {
    if (actor.cells === undefined) {
      const stored = cellsFrom(this.#store.load(actor.address));
      actor.cells = new Map();
      for (const cell of stored) this.put(actor, cell);
    }
    return actor.cells;
  }

  /** Changes a state in memory. */
  put(actor: Instance, cell: Cell): void {
    const cells = this.cellsOf(actor);
    const by = cell.size - (cellIn(cells, cell.name)?.size ?? 0);
    if (by !== 0) this.#resize(actor, by);
    actor.cells = withCell(cells, cell);
  }

  /** Nothing is dirty right after a commit: only then may state be forgotten. */
  committed({ steps }: OpenWindow): void {
    if (this.#count <= maxIdleActors && this.#cachedBytes <= maxCachedBytes) return;
    // Twice what can have come in: the table shrinks, and a commit never looks at all of it.
    for (let left = 2 * Math.min(steps, 1_000) + 64; left > 0; left--) {
      const actor = this.#order.shift();
      if (actor === undefined) return;
      if (actor.isIdle && !actor.wasUsed) this.#forget(actor);
      else {
        // A second chance, at the other end.
        actor.wasUsed = false;
        this.#order.push(actor);
      }
    }
  }

  *[Symbol.iterator](): Iterator<Instance> {
    for (const all of this.#actors.values()) yield* all.values();
  }

  #push(actor: Instance, mail: PendingMessage): void {
    if (actor.mailbox.length === 0) {
      const { typename } = actor.address;
      let waiting = this.#waiting.get(typename);
      if (waiting === undefined) {
        waiting = new WaitingInstances();
        this.#waiting.set(typename, waiting);
      }
      waiting.add(actor);
    }
    actor.mailbox.push(mail);
  }

  /** So many more messages wait for an instance: counts them where they rest. */
  #countRest({ fn, address }: Instance, by: number): void {
    if (fn === undefined) {
      this.parked += by;
      add(this.parkedBy, address.typename, by);
    } else if (this.#pauses.has(address)) {
      this.paused += by;
      add(this.pausedBy, address.typename, by);
    }
  }

  #resize(actor: Instance, by: number): void {
    actor.size += by;
    this.#cachedBytes += by;
  }

  #forget(actor: Instance): void {
    const { typename, id } = actor.address;
    const all = this.#actors.get(typename);
    all?.delete(id);
    // Invented names of functions must not stay for ever.
    if (all?.size === 0) {
      this.#actors.delete(typename);
      // A walk must meet those that come.
      if (this.#waiting.get(typename)?.isWalked === false) this.#waiting.delete(typename);
    }
    this.#count--;
    this.#resize(actor, -actor.size);
    this.#lastAddress = undefined;
  }
}

/** Where a number belongs among ascending ones. */
function placeOf(mailbox: Queue<PendingMessage>, number: Position): number {
  let [low, high] = [0, mailbox.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((mailbox.at(middle)?.number ?? number) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

function add(counts: Map<string, number>, name: string, by: number): void {
  const count = (counts.get(name) ?? 0) + by;
  if (count > 0) counts.set(name, count);
  else counts.delete(name);
}
