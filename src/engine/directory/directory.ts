import { invalid } from "../../internal/assert.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { Journal } from "../commit/journal.ts";
import type {
  DirectoryNote,
  DirectoryPage,
  DirectoryWant,
  NoteTaker,
} from "../contract/directory.ts";
import type { LinkMessage } from "../contract/links.ts";
import type { Store } from "../contract/store.ts";
import { noteFromMessage } from "./notes.ts";
import { Shelf } from "./shelf.ts";

/** The parts of the directory that this partition holds: mostly none, and one where it is one itself. */
export class Directory implements NoteTaker {
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #shelves = new Map<string, Shelf>();

  readonly #report: (error: unknown) => void;

  constructor(store: Store, journal: Journal, report: (error: unknown) => void) {
    this.#store = store;
    this.#journal = journal;
    this.#report = report;
  }

  /** Takes the notes of a batch, in the open window. What is no note says nothing, and the next one of its address puts it right. */
  take(messages: readonly LinkMessage[]): void {
    const byShard = new Map<string, DirectoryNote[]>();
    for (const { target, argument } of messages) {
      const note = noteFromMessage(argument);
      if (note !== undefined) byShard.set(target.id, [...(byShard.get(target.id) ?? []), note]);
    }
    // A store that cannot be read stops the engine, as elsewhere.
    for (const [id, notes] of byShard) {
      this.#journal.guard(() => this.#shelf(id, messages[0]?.target).take(notes));
    }
  }

  page(shard: WireAddress, want: DirectoryWant): DirectoryPage {
    if (this.#journal.isStopped) throw this.#journal.failure ?? invalid("the engine has stopped");
    return this.#shelf(shard.id, shard).page(want);
  }

  #shelf(id: string, shard: WireAddress | undefined): Shelf {
    let shelf = this.#shelves.get(id);
    if (shelf === undefined) {
      const address = { typename: shard?.typename ?? "", id };
      shelf = new Shelf(this.#store, this.#journal, address, this.#report);
      this.#shelves.set(id, shelf);
    }
    return shelf;
  }
}
