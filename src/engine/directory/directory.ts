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
import { ShardEntries } from "./shard-entries.ts";

/** The parts of the directory that this partition holds: mostly none, and one where it is one itself. */
export class Directory implements NoteTaker {
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #shards = new Map<string, ShardEntries>();

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
      this.#journal.guard(() => this.#entriesOf(id, messages[0]?.target).take(notes));
    }
  }

  page(shard: WireAddress, want: DirectoryWant): DirectoryPage {
    if (this.#journal.isStopped) throw this.#journal.failure ?? invalid("the engine has stopped");
    return this.#entriesOf(shard.id, shard).page(want);
  }

  #entriesOf(id: string, shard: WireAddress | undefined): ShardEntries {
    let entries = this.#shards.get(id);
    if (entries === undefined) {
      const address = { typename: shard?.typename ?? "", id };
      entries = new ShardEntries(this.#store, this.#journal, address, this.#report);
      this.#shards.set(id, entries);
    }
    return entries;
  }
}
