import { beforeEach, describe, expect, it } from "vitest";
import type { Journal } from "../../src/engine/commit/journal.ts";
import { OpenWindow } from "../../src/engine/commit/window.ts";
import type { DirectoryNote } from "../../src/engine/contract/directory.ts";
import type { Store } from "../../src/engine/contract/store.ts";
import { noteFromMessage, noteToMessage } from "../../src/engine/directory/notes.ts";
import { ShardEntries } from "../../src/engine/directory/shard-entries.ts";
import { StateFunError } from "../../src/internal/errors.ts";
import type { WireValue } from "../../src/model/invocation.ts";
import { Dice } from "../simulation/dice.ts";

const shard = { typename: "statefun/directory", id: "3" };

/** A store of one address, and a journal that writes at once when it is told to. */
class Rows {
  readonly stored = new Map<string, { readonly cell: number; readonly value: WireValue }>();
  /** Names of what cannot be read. */
  readonly damaged = new Set<string>();
  rows = 0;
  #window = new OpenWindow(0);
  #last = 0;
  time = 1_000;

  readonly store = {
    stateNames: () => [...this.stored.keys()],
    state: (_: unknown, name: string) => {
      if (this.damaged.has(name)) throw new StateFunError("state_undecodable", name);
      return this.stored.get(name);
    },
    cellOf: (_: unknown, name: string) => this.stored.get(name)?.cell,
  } as unknown as Store;

  get journal(): Journal {
    const rows = this;
    return {
      get window() {
        return rows.#window;
      },
      get overlays() {
        return [rows.#window];
      },
      isStopped: false,
      now: () => rows.time,
      nextCell: () => ++rows.#last,
      touch: () => {},
      flush: async () => rows.commit(),
    } as unknown as Journal;
  }

  commit(): void {
    // As a store does: what is deleted makes room for what is written.
    const writes = [...this.#window.own.values()];
    writes.sort(
      (left, right) => Number(left.value !== undefined) - Number(right.value !== undefined),
    );
    for (const { name, value, cell } of writes) {
      const known = this.stored.get(name)?.cell;
      if (known !== undefined && known !== cell) throw new Error(`${name} is in cell ${known}`);
      this.damaged.delete(name);
      // What is small stands in the head, which is one row.
      if (Number(value?.bytes?.length) > 2_000) this.rows++;
      if (value === undefined) this.stored.delete(name);
      else this.stored.set(name, { cell, value });
    }
    if (this.#window.own.size > 0) this.rows++;
    this.#window = new OpenWindow(0);
  }
}

/** UTF-16 has another order of the last two. */
const starts = ["", "é", "\uffee", "\u{1f642}"];
const byUtf8 = (left: string, right: string) =>
  Buffer.compare(Buffer.from(left), Buffer.from(right));

let rows: Rows;
let entries: ShardEntries;
let reports: unknown[];
const open = () => {
  reports = [];
  entries = new ShardEntries(rows.store, rows.journal, shard, (error) => reports.push(error));
};
const note = (id: string, isHere: boolean, time: number, number = 0): DirectoryNote => ({
  ...{ address: { typename: "shop/customer", id }, isHere, time, number },
});

beforeEach(() => {
  rows = new Rows();
  open();
});

function all(prefix = "", limit = 100): string[] {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = entries.page({ typename: "shop/customer", prefix, after, limit });
    ids.push(...page.ids);
    after = page.next;
  } while (after !== undefined);
  return ids;
}

describe("a part of the directory", () => {
  it("takes of two notes the later one, whichever comes first", () => {
    entries.take([note("a", true, 1), note("a", false, 3)]);
    entries.take([note("a", true, 2), note("a", true, 1)]);
    expect(all()).toEqual([]);
    entries.take([note("a", true, 3, 1)]);
    expect(all()).toEqual(["a"]);
  });

  it("writes nothing for what it knows", () => {
    entries.take([note("a", true, 1)]);
    rows.commit();
    const before = rows.rows;
    for (const again of [note("a", true, 1), note("a", true, 9), note("b", false, 1)]) {
      entries.take([again]);
      rows.commit();
    }
    expect(rows.rows).toBe(before);
  });

  it("gives 20,000 that came one by one in order, and has written a row and a hundredth for each", async () => {
    const count = 20_000;
    const ids = Array.from({ length: count }, (_, n) => `${(n * 7_919) % count}`);
    for (const [at, id] of ids.entries()) {
      entries.take([note(id, true, at + 1)]);
      rows.commit();
      // What is merged in between has its turn.
      if (at % 100 === 0) await Promise.resolve();
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    rows.commit();
    console.log(`rows for each of ${count} that came alone: ${rows.rows / count}`);
    expect(rows.rows / count).toBeLessThan(1.1);
    expect(rows.stored.size).toBeLessThan(200);
    expect(all("", 997)).toEqual([...ids].sort());
    open();
    expect(all("1999", 3)).toEqual(
      ["1999", ...Array.from({ length: 10 }, (_, last) => `1999${last}`)].sort(),
    );
    expect(all("no such")).toEqual([]);
  });

  it("is the same as a table, whatever comes, over ends and merges", async () => {
    const dice = new Dice(7);
    const model = new Map<string, boolean>();
    const sent: DirectoryNote[] = [];
    for (let turn = 1; turn <= 30_000; turn++) {
      const number = dice.integer(0, 5_000);
      const id = `${starts[number % starts.length]}${number}`;
      // A link gives them in order; then they may come again, as late as they like.
      const again = dice.chance(0.2) ? sent[dice.integer(0, sent.length)] : undefined;
      const made = again ?? note(id, dice.chance(0.6), Math.floor(turn / 3), turn);
      if (again === undefined) {
        sent.push(made);
        model.set(id, made.isHere);
      }
      entries.take([made]);
      if (dice.chance(0.3)) rows.commit();
      if (dice.chance(0.02)) await Promise.resolve();
      if (!dice.chance(0.0005)) continue;
      // The process ends: what was not committed was not answered, and comes again.
      rows.commit();
      open();
    }
    rows.commit();
    await new Promise((resolve) => setTimeout(resolve, 20));
    rows.commit();
    open();
    const here = [...model].filter(([, isHere]) => isHere).map(([id]) => id);
    expect(all()).toEqual(here.sort(byUtf8));
    expect(all("\u{1f642}")).toEqual(here.filter((id) => id.startsWith("\u{1f642}")).sort(byUtf8));
  });
});

describe("a row of a part that cannot be read", () => {
  const count = 6_000;
  const ids = Array.from({ length: count }, (_, n) => `${n}`);
  const fill = async () => {
    for (const [at, id] of ids.entries()) {
      entries.take([note(id, true, at + 1)]);
      rows.commit();
      if (at % 100 === 0) await Promise.resolve();
    }
    await settle();
  };
  const settle = async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    rows.commit();
  };

  it.each(["block-3", "segment", "chunk", "index"])("stops no other: %s", async (kind) => {
    await fill();
    const name = [...rows.stored.keys()].find((one) => one.startsWith(kind)) ?? "";
    expect(name).not.toBe("");
    rows.damaged.add(name);
    open();
    const left = all("", 997);
    expect(reports).toEqual([expect.objectContaining({ code: "state_undecodable" })]);
    // Blocks say by themselves what the index has said of them.
    if (kind === "index") expect(left).toEqual([...ids].sort());
    else expect(left.length).toBeGreaterThan(count / 2);
    // Each says that it is there, as after a rest, and new ones come.
    const more = Array.from({ length: count }, (_, n) => `${count + n}`);
    for (const [at, id] of [...ids, ...more].entries()) {
      entries.take([note(id, true, 2 * count + at)]);
      rows.commit();
      if (at % 100 === 0) await Promise.resolve();
    }
    await settle();
    expect(all("", 997)).toEqual([...ids, ...more].sort());
    open();
    expect(all("", 997)).toEqual([...ids, ...more].sort());
    for (const [at, id] of ids.entries()) {
      entries.take([note(id, false, 5 * count + at)]);
      rows.commit();
    }
    await settle();
    open();
    expect(all("", 997)).toEqual(more.sort());
  });
});

describe("a note", () => {
  it("is read as it was written, and what is none is none", () => {
    const made = note("ä\u0000", true, 5, 6);
    expect(noteFromMessage(noteToMessage(made))).toEqual(made);
    for (const text of ["", "{}", "[]", '["a/b","c",true,-1,0]', '["a/b",3,true,1,0]']) {
      const bytes = new TextEncoder().encode(text);
      expect(noteFromMessage({ typename: "", bytes, headers: [] })).toBeUndefined();
    }
  });
});
