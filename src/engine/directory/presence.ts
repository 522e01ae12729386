import { isOwnNamespace } from "../../internal/assert.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { CommitListener, Journal } from "../commit/journal.ts";
import type { OpenWindow } from "../commit/window.ts";
import type { DirectoryParts } from "../contract/directory.ts";
import type { CellWrite, LinkStore, PresenceStore } from "../contract/store.ts";
import type { LinksOut } from "../routing/links-out.ts";
import { noteToMessage } from "./notes.ts";
import { type Reported, textOfReported, reportedFromText } from "./reported-functions.ts";

/** So many addresses are known to have a state, without asking the store. */
const maxKnown = 10_000;
/** Of addresses that were there before the directory was: at most so many are reported with a window. */
const maxEntered = 500;
/** States that have expired, deleted with a window. */
const maxExpired = 200;

export interface PresenceParts {
  /** Of this partition. */
  readonly name: string;
  readonly store: LinkStore;
  readonly presence: PresenceStore;
  readonly journal: Journal;
  readonly links: LinksOut;
  readonly directory: DirectoryParts;
  /**
   * The engine has rested for so long that its store may have been restored to an earlier state: each address that is written is
   * reported once more, which costs no row where the directory knows it.
   */
  readonly isRested: boolean;
  /** The partition of a part of the directory. */
  readonly partitionOf: (shard: WireAddress) => string;
}

/**
 * Reports to the directory which addresses have a state: a note in the window after which there is one, and in that after which there
 * is none. Where nothing is reported, nothing is read.
 */
export class Presence implements CommitListener {
  readonly #parts: PresenceParts;
  readonly #reported: Reported;
  /** Addresses that have a state, as far as they are known. */
  readonly #here = new Set<string>();
  /** Those that an operator has looked at. */
  readonly #repeated = new Set<string>();
  /** The last id that was entered, of functions whose addresses are being entered. */
  readonly #entered = new Map<string, string | undefined>();
  /** The address whose name the partition has: where its id is long, rows do not say it. */
  readonly #own: WireAddress | undefined;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
    this.#own = addressIn(parts.name);
    this.#reported = reportedFromText(parts.presence.reported());
  }

  /** Whether the directory is to have the addresses of this function. */
  isListed(typename: string): boolean {
    return this.#parts.directory.isListed(typename);
  }

  /** Whether the directory may have addresses of this function, or is to have them. */
  #isReported(typename: string): boolean {
    if (isOwnNamespace(typename)) return false;
    const { complete, partial } = this.#reported;
    if (complete.has(typename) || partial.has(typename)) return true;
    return this.#parts.directory.isListed(typename);
  }

  closing(window: OpenWindow): void {
    const { complete, partial } = this.#reported;
    const hasReported = complete.size > 0 || partial.size > 0;
    if (hasReported) this.#expire(window);
    const writes = new Map<string, CellWrite[]>();
    for (const write of [...window.cells.values(), ...window.own.values()]) {
      if (!this.#isReported(write.address.typename)) continue;
      const key = keyOf(write.address);
      const known = writes.get(key);
      if (known === undefined) writes.set(key, [write]);
      else known.push(write);
    }
    for (const [key, all] of writes) this.#look(key, all, window);
    for (const typename of this.#entered.keys()) this.#enter(typename, window);
  }

  /**
   * Reports once more whether an address has a state, in the open window: one of the two may have been restored to an earlier state.
   * Once in a run, because a window costs a row.
   */
  repeat(address: WireAddress): void {
    const { journal } = this.#parts;
    const key = keyOf(address);
    if (this.#repeated.has(key)) return;
    if (this.#repeated.size >= maxKnown) this.#repeated.clear();
    this.#repeated.add(key);
    this.#reported.partial.add(address.typename);
    this.#say(address, this.#willBeHere(key, address), journal.window);
    this.#save(journal.window);
    journal.touch();
  }

  /** Whether an address has a state, as the directory should say. */
  isHere(address: WireAddress): boolean {
    return this.#parts.store.stateNames(address).length > 0;
  }

  /** All addresses of an engine that is about to be removed: their states have expired. Each is reported again when it is written. */
  *leaving(): Generator<WireAddress> {
    for (const address of this.#left()) {
      this.#know(keyOf(address), false);
      yield address;
    }
  }

  *#left(): Generator<WireAddress> {
    const { complete, partial } = this.#reported;
    for (const typename of new Set([...complete, ...partial])) {
      let after: string | undefined;
      for (;;) {
        const ids = this.#parts.presence.idsOf(typename, after, maxEntered);
        for (const id of ids) yield { typename, id };
        if (ids.length < maxEntered) break;
        after = ids.at(-1);
      }
      const own = this.#own;
      if (own?.typename === typename && this.isHere(own)) yield own;
    }
  }

  /** With what is in memory and not in the store yet, of which a window may be refused for long. */
  #willBeHere(key: string, address: WireAddress): boolean {
    const { journal, store } = this.#parts;
    const names = new Set(store.stateNames(address));
    for (const { cells, own } of journal.overlays) {
      const writes = [...cells.values(), ...own.values()].filter(
        (write) => keyOf(write.address) === key,
      );
      // As the store does: what is deleted makes room for what is written.
      for (const { name, value } of writes) if (value === undefined) names.delete(name);
      for (const { name, value } of writes) if (value !== undefined) names.add(name);
    }
    return names.size > 0;
  }

  #look(key: string, writes: readonly CellWrite[], window: OpenWindow): void {
    const [{ address } = { address: undefined }] = writes;
    if (address === undefined) return;
    const { typename } = address;
    const isListed = this.#parts.directory.isListed(typename);
    const isNew = isListed && !this.#reported.complete.has(typename);
    const isWritten = writes.some(({ value }) => value !== undefined);
    const isKnown = this.#here.has(key) && !isNew;
    if (isWritten && isKnown) return;
    const { store, presence, journal, isRested } = this.#parts;
    const names = new Set(store.stateNames(address));
    const wasHere = names.size > 0;
    // An earlier life may have said that it is gone, when its states had expired and were not deleted yet.
    const isRevived = isWritten && wasHere && !presence.hasValid(address, journal.now());
    for (const { name } of writes) names.delete(name);
    const isHere = isWritten || names.size > 0;
    this.#know(key, isHere);
    if (isNew) this.#begin(typename, window);
    const isStale = isRevived || (isRested && !isKnown);
    if (isHere === wasHere && !isNew && !isStale) return;
    // It is switched off: what comes now is entered when it is switched on again.
    if (isHere && !isListed) this.#omit(typename, window);
    else {
      // That it is here may be what the directory knows and does not store once more. What was said last may come after it.
      if (isRevived) this.#say(address, false, window);
      this.#say(address, isHere, window);
    }
  }

  /** All that have a state are entered from here on. */
  #begin(typename: string, window: OpenWindow): void {
    if (this.#entered.has(typename)) return;
    this.#entered.set(typename, undefined);
    if (this.#reported.partial.has(typename)) return;
    this.#reported.partial.add(typename);
    this.#save(window);
  }

  #omit(typename: string, window: OpenWindow): void {
    if (!this.#reported.complete.delete(typename)) return;
    this.#reported.partial.add(typename);
    this.#save(window);
  }

  /** Some more of those that were there before. Their states are those before this window. */
  #enter(typename: string, window: OpenWindow): void {
    const { presence, directory } = this.#parts;
    if (!directory.isListed(typename)) return;
    const ids = presence.idsOf(typename, this.#entered.get(typename), maxEntered);
    const written = new Set<string>();
    for (const { address } of [...window.cells.values(), ...window.own.values()]) {
      written.add(keyOf(address));
    }
    for (const id of ids) {
      const address = { typename, id };
      if (!written.has(keyOf(address))) this.#say(address, true, window);
    }
    if (ids.length === maxEntered) {
      this.#entered.set(typename, ids.at(-1));
      return;
    }
    this.#entered.delete(typename);
    this.#reported.partial.delete(typename);
    this.#reported.complete.add(typename);
    this.#save(window);
  }

  /** Deletes what has expired in the place of the store, which would not say whose it was. */
  #expire(window: OpenWindow): void {
    const { presence, journal } = this.#parts;
    const now = journal.now();
    const rows = presence.expired(now, maxExpired);
    const last = rows.at(-1);
    window.sweepTime = last !== undefined && rows.length === maxExpired ? last.expiresAt - 1 : now;
    for (const { name, cell, ...row } of rows) {
      const address = row.address ?? this.#ownOf(name, cell);
      const isWritten = window.cells.has(cell) || window.renewed.has(cell);
      if (address === undefined || isWritten) continue;
      window.own.set(cell, { cell, address, name, value: undefined, expiresAt: undefined });
    }
  }

  #ownOf(name: string, cell: number): WireAddress | undefined {
    const own = this.#own;
    return own && this.#parts.store.cellOf(own, name) === cell ? own : undefined;
  }

  #say(address: WireAddress, isHere: boolean, window: OpenWindow): void {
    const { journal, links, directory, partitionOf } = this.#parts;
    const target = directory.shardOf(address);
    const note = { address, isHere, time: journal.now(), number: journal.nextNumber() };
    const message = { target, caller: undefined, argument: noteToMessage(note) };
    links.append(partitionOf(target), message, window);
  }

  #save(window: OpenWindow): void {
    window.reported = textOfReported(this.#reported);
  }

  #know(key: string, isHere: boolean): void {
    if (!isHere) this.#here.delete(key);
    else {
      if (this.#here.size >= maxKnown) this.#here.clear();
      this.#here.add(key);
    }
  }
}

function addressIn(partition: string): WireAddress | undefined {
  const [space = "", name = "", ...rest] = partition.split("/");
  return rest.length === 0 ? undefined : { typename: `${space}/${name}`, id: rest.join("/") };
}

/** A typename has one slash. */
function keyOf({ typename, id }: WireAddress): string {
  return `${typename}/${id}`;
}
