import type { LinkStore, LinkWindow, Opened, Store } from "../../src/engine/contract/store.ts";
import { engineStoreOf, type Store as StoreHandle } from "../../src/store/store-handle.ts";
import { emptyWindow } from "./records.ts";

/** Something new that stores are opened over, one after another. Called for each opening. */
export type NewData = () => () => StoreHandle | Promise<StoreHandle>;

export interface StoreCase {
  /** It is about links alone. A store without them has no such case. */
  readonly isOfLinks?: true;
  /** It has values of megabytes. */
  readonly isLarge?: true;
  readonly name: string;
  run(subject: Subject): Promise<void> | void;
}

/** Whether a store has links: in tests alone, where one case runs on stores of both kinds. */
export function hasLinks(store: Store): store is LinkStore {
  return "outbox" in store;
}

/** Of a memory store or that of an object. */
export function linkStoreOf(handle: StoreHandle): LinkStore {
  const store = engineStoreOf(handle);
  if (!hasLinks(store)) throw new Error("this store has no links");
  return store;
}

/** A store under test, and the windows of the engine that it has. */
export class Subject {
  /** Gives the handle for the next opening. */
  readonly handle: () => StoreHandle | Promise<StoreHandle>;
  store: Store;
  opened: Opened;
  sequence: number;
  time = 10;

  constructor(handle: () => StoreHandle | Promise<StoreHandle>, store: Store, opened: Opened) {
    this.handle = handle;
    this.store = store;
    this.opened = opened;
    this.sequence = opened.sequence;
  }

  /** Of a store that has links. */
  get links(): LinkStore {
    if (!hasLinks(this.store)) throw new Error("this store has no links");
    return this.store;
  }

  static async open(newData: NewData): Promise<Subject> {
    const handle = newData();
    const store = engineStoreOf(await handle());
    return new Subject(handle, store, await store.open());
  }

  window(parts: Partial<LinkWindow> = {}): LinkWindow {
    return { ...emptyWindow(this.sequence + 1), time: this.time, ...parts };
  }

  commit(parts: Partial<LinkWindow> = {}): LinkWindow {
    const window = this.window(parts);
    this.store.commit(window);
    this.sequence = window.sequence;
    this.time = window.time;
    return window;
  }

  /** As after the end of a process that closed its store. */
  async reopen(): Promise<void> {
    this.store.close();
    this.store = engineStoreOf(await this.handle());
    this.opened = await this.store.open();
  }
}
