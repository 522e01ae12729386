import { StatefulFunctions } from "statefun";
import { type Store as Handle, memoryStore } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { InstancesWant } from "../../src/engine/contract/instances.ts";
import type { CommitWindow, Store } from "../../src/engine/contract/store.ts";
import { atGate, type Instance } from "../../src/engine/mailboxes/instance.ts";
import type { Partition } from "../../src/engine/partition.ts";
import { groupDead } from "../../src/engine/views/dead-groups.ts";
import { listDead } from "../../src/engine/views/dead-list.ts";
import { listInstances } from "../../src/engine/views/instance-list.ts";
import { listTimers } from "../../src/engine/views/timer-list.ts";
import { listTroubles } from "../../src/engine/views/trouble-list.ts";
import { engineStoreOf } from "../../src/store/store-handle.ts";
import { added, address, cell, dead, message, timer } from "../store/records.ts";
import { temporaryFiles } from "../store/temporary.ts";
import { fill, overlaid } from "./support/large-stores.ts";
import { startPartition } from "./support/partition.ts";

const many = 100_000;
/** Of instances, each of which takes longer to make. */
const some = 20_000;
/** What is read in a turn of 5 ms, on a machine that takes 20 µs for each. */
const aTurn = 250;
/** The largest page that is read of a store at one time; of ids there are two, those with states and those with timers. */
const aPage = 512;

const newPath = temporaryFiles();
afterEach(() => void vi.restoreAllMocks());

/** Counts what is read between two turns of the event loop. Nothing else takes time. */
class Reads {
  most = 0;
  all = 0;
  #now = 0;
  #turn = 0;
  #isOver = false;

  count(by: number): void {
    this.all += by;
    this.#turn += by;
    this.#now += by * 0.02;
    this.most = Math.max(this.most, this.#turn);
  }

  counted<T>(rows: readonly T[]): readonly T[] {
    this.count(rows.length);
    return rows;
  }

  *each<T>(all: Iterable<T>): Generator<T> {
    for (const one of all) {
      this.count(1);
      yield one;
    }
  }

  async during(look: () => Promise<unknown>): Promise<void> {
    [this.most, this.all, this.#turn, this.#isOver] = [0, 0, 0, false];
    vi.spyOn(performance, "now").mockImplementation(() => this.#now);
    const next = (): void => {
      this.#turn = 0;
      if (!this.#isOver) setImmediate(next);
    };
    next();
    await look();
    this.#isOver = true;
    vi.restoreAllMocks();
  }
}

function counting(handle: Handle, reads: Reads): Handle {
  return overlaid(handle, (inner): Partial<Store> => {
    const { addresses } = inner;
    return {
      deadHeads: (...asked) => reads.counted(inner.deadHeads(...asked)),
      deadAt: (number) => reads.counted([inner.deadAt(number)])[0],
      timerHeads: (...asked) => reads.counted(inner.timerHeads(...asked)),
      ...(addresses && {
        addresses: {
          withStates(...asked) {
            const page = addresses.withStates(...asked);
            // A portion that ids are sorted in takes a millisecond.
            reads.count(page.scan === undefined ? page.ids.length : 50);
            return page;
          },
          owners(...asked) {
            const page = addresses.owners(...asked);
            reads.count(page.scan === undefined ? page.ids.length : 50);
            return page;
          },
          sizes: (...asked) => reads.counted([addresses.sizes(...asked)])[0] as never,
        },
      }),
    };
  });
}

const kinds = [
  { name: "memoryStore", make: () => memoryStore() },
  { name: "sqliteStore", make: () => sqliteStore(newPath()) },
];

describe.each(kinds)("on $name no turn of a look is long", ({ make }) => {
  async function opened(
    count: number,
    part: (numbers: readonly number[]) => Partial<CommitWindow>,
  ) {
    const [reads, handle] = [new Reads(), make()];
    await fill(handle, count, part);
    const engine = await startPartition({
      functions: new StatefulFunctions(),
      store: engineStoreOf(counting(handle, reads)),
    });
    const { partition } = engine;
    const { mailboxes } = partition;
    const waitingOf = mailboxes.waitingOf.bind(mailboxes);
    mailboxes.waitingOf = (typename) => reads.each(waitingOf(typename));
    const troubled = mailboxes.troubled.values.bind(mailboxes.troubled);
    Object.defineProperty(mailboxes.troubled, Symbol.iterator, {
      value: () => reads.each(troubled()),
    });
    const look = async (name: string, work: (partition: Partition) => Promise<unknown>) => {
      await reads.during(() => work(partition));
      expect(reads.most, name).toBeLessThanOrEqual(aTurn + 2 * aPage);
      return reads.all;
    };
    return { partition, look, end: () => engine.close(0) };
  }

  it("at dead letters, of which one matches, and at groups of them", async () => {
    const { look, end } = await opened(many, (numbers) => ({
      dead: added(...numbers.map((n) => dead(n, n === many - 7 ? { code: "call_failed" } : {}))),
    }));
    const read = await look("letters", async ({ options: { store } }) => {
      const { letters } = await listDead(store, { code: "call_failed" }, -1, 100, 1_000_000);
      expect(letters.map(({ number }) => number)).toEqual([many - 7]);
    });
    expect(read).toBe(many + 1);
    await look("groups", async ({ options: { store } }) => {
      const groups = await groupDead(store, {});
      expect(groups.map(({ count }) => count)).toEqual([many - 1, 1]);
    });
    await end();
  });

  it("at timers of a function that has none among many, which are not looked at", async () => {
    const { look, end } = await opened(many, (numbers) => ({
      timers: added(...numbers.map((n) => timer(n, { dueAt: 9e15, owner: `demo/fn/${n}` }))),
    }));
    const want = { typename: "demo/other", after: -1, limit: 10, maxBytes: 1_000 };
    const read = await look("timers", async (partition) => {
      expect(await listTimers(partition, want)).toEqual([]);
    });
    expect(read).toBe(0);
    await look("instances", async (partition) => {
      const asked = { typename: "demo/fn", prefix: "777", limit: 1_000 };
      expect((await listInstances(partition, asked)).instances).toHaveLength(111);
    });
    await end();
  });

  it("at instances with states and with messages, of one function among others", async () => {
    const { partition, look, end } = await opened(some, (numbers) => ({
      lastCell: numbers.at(-1) ?? 0,
      cells: numbers.map((n) => cell(n, { address: address(`s${n}`) })),
      messages: added(...numbers.map((n) => message(n, { target: address(`m${n}`) }))),
    }));
    const listed = async (want: Omit<InstancesWant, "limit">, count: number) => {
      const name = JSON.stringify(want);
      const work = async () => {
        const page = await listInstances(partition, { ...want, limit: 1_000 });
        expect(page.instances, name).toHaveLength(count);
      };
      return look(name, work);
    };
    const typename = "demo/fn";
    await listed({ typename }, 1_000);
    // Both are sorted by now, or in an index: no others are looked at.
    for (const prefix of ["s777", "m777"]) {
      await listed({ typename, prefix }, 11);
      expect(await listed({ typename, prefix }, 11)).toBeLessThan(100);
    }
    await listed({ typename, prefix: "m777", is: "waiting" }, 11);
    await listed({ typename, is: "troubled" }, 1_000);
    await look("troubles", async () => {
      expect(await listTroubles(partition, 10)).toHaveLength(10);
    });
    const instances: Instance[] = [...partition.mailboxes.waitingOf(typename)];
    for (const one of instances) partition.mailboxes.setTrouble(one, atGate);
    expect(await listed({ typename: "demo/other", is: "troubled" }, 0)).toBe(some);
    expect(await listed({ typename: "demo/other" }, 0)).toBe(0);
    await end();
  });
});
