import type { LinkWindow } from "../../../src/engine/contract/store.ts";
import {
  type DurableObjectStorageLike,
  durableObjectDriver,
} from "../../../src/store/drivers/durable-object-driver.ts";
import type { ObjectStore } from "../../../src/store/object/object-store.ts";
import { added, cell, emptyWindow, message, timer, value } from "../../store/records.ts";
import { changesOf } from "../../store/row-changes.ts";

export interface Given {
  readonly storage: DurableObjectStorageLike;
  open(): ObjectStore;
  /** Ends the object at once: what it has not flushed is lost. */
  abort(): void;
  readonly argument: string;
}

/** What an object can be asked to do. */
export type Program = (given: Given) => Promise<unknown>;

/** A window of a count that is kept in a state and, as a message, beside it. */
function windowOf(sequence: number): LinkWindow {
  return {
    ...emptyWindow(sequence),
    time: Date.now(),
    lastNumber: sequence,
    lastCell: 1,
    cells: [cell(1, { value: value(String(sequence)) })],
    messages: { added: [message(sequence)], removed: sequence > 1 ? [sequence - 1] : [] },
  };
}

/** What is stored, from every side. */
async function stored({ open, storage }: Given): Promise<unknown> {
  const store = open();
  const { sequence, lastNumber } = await store.open();
  const [state] = store.load({ typename: "demo/fn", id: "a" }).values();
  const answer = {
    sequence,
    lastNumber,
    state: new TextDecoder().decode(state?.value.bytes),
    messages: store.messages(0, 9).map(({ number }) => number),
    alarm: await storage.getAlarm(),
    alarms: Number(storage.kv.get("alarms") ?? 0),
  };
  store.close();
  return answer;
}

export const programs: Readonly<Record<string, Program>> = {
  stored,

  /** Opens and reads, and says how large the database is then. */
  "read only": async ({ open, storage }) => {
    const store = open();
    const opened = await store.open();
    const nothing = [store.messages(0, 9), store.load({ typename: "a/b", id: "c" }).size];
    return {
      opened,
      nothing,
      isForgettable: store.isForgettable(Date.now()),
      tables: [...storage.sql.exec("SELECT name FROM sqlite_schema")].length,
    };
  },

  /** Commits the next window, and waits until it is safe. */
  commit: async ({ open }) => {
    const store = open();
    const { sequence } = await store.open();
    store.commit(windowOf(sequence + 1));
    await store.durable();
    return sequence + 1;
  },

  /** Commits the next window, and is gone before it is safe. */
  "commit and abort": async ({ open, abort }) => {
    const store = open();
    const { sequence } = await store.open();
    store.commit(windowOf(sequence + 1));
    abort();
    await store.durable();
    return "safe";
  },

  "commit, flush and abort": async ({ open, abort }) => {
    const store = open();
    const { sequence } = await store.open();
    store.commit(windowOf(sequence + 1));
    await store.durable();
    abort();
    return "not reached";
  },

  /** A window that fails after its alarm was set, and then one that does not. */
  "throw in a transaction": async ({ storage }) => {
    const driver = await durableObjectDriver(storage);
    const [early, late] = [Date.now() + 50_000, Date.now() + 90_000];
    const alarms: (number | null)[] = [];
    const set = (time: number, fail: boolean) => {
      driver.exec("CREATE TABLE IF NOT EXISTS theirs (n INTEGER)");
      driver.exec("INSERT INTO theirs VALUES (1)");
      driver.wakeAt?.(time);
      if (fail) throw new Error("as a window that fails");
    };
    try {
      driver.transaction(() => set(early, true));
    } catch {
      alarms.push(await storage.getAlarm());
    }
    const tables = [...storage.sql.exec("SELECT name FROM sqlite_schema")].length;
    driver.transaction(() => set(late, false));
    alarms.push(await storage.getAlarm());
    driver.transaction(() => set(early, false));
    alarms.push(await storage.getAlarm());
    driver.transaction(() => set(late, false));
    alarms.push(await storage.getAlarm());
    return { tables, alarms: alarms.map((time) => time && (time === early ? "early" : "late")) };
  },

  "change rows": async ({ storage }) => changesOf(await durableObjectDriver(storage)),

  /** Alarms of one driver, the first of which goes off in the meantime. */
  "let an alarm go off": async ({ storage }) => {
    const driver = await durableObjectDriver(storage);
    driver.transaction(() => driver.wakeAt?.(Date.now() + 200));
    while ((await storage.getAlarm()) !== null) await new Promise((done) => setTimeout(done, 20));
    await driver.rang();
    const later = Date.now() + 50_000;
    driver.transaction(() => driver.wakeAt?.(undefined));
    const none = await storage.getAlarm();
    driver.transaction(() => driver.wakeAt?.(later));
    const set = await storage.getAlarm();
    driver.transaction(() => driver.wakeAt?.(undefined));
    const other = await durableObjectDriver(storage);
    other.transaction(() => other.wakeAt?.(later + 1));
    return [none, set === later, (await storage.getAlarm()) === later];
  },

  /** A timer that is due so many milliseconds from now. */
  "set timer": async ({ open, argument }) => {
    const store = open();
    const { sequence } = await store.open();
    const dueAt = Date.now() + Number(argument);
    store.commit({ ...emptyWindow(sequence + 1), timers: added(timer(1, { dueAt })) });
    await store.durable();
    return dueAt;
  },

  /** The largest values that are in one row, and what is a byte longer, under the longest names that are not cut. */
  "large rows": async ({ open }) => {
    const store = open();
    await store.open();
    const address = { typename: "t".repeat(256), id: "i".repeat(256) };
    for (const [index, size] of [1_999_000, 2_000_000, 2_000_001, 4_100_000].entries()) {
      const name = `${index}${"n".repeat(255)}`;
      const bytes = new Uint8Array(size).fill(index + 1);
      const large = cell(index + 1, { address, name, value: value(bytes) });
      store.commit({ ...emptyWindow(index + 1), cells: [large] });
    }
    await store.durable();
    const sizes = [...store.load(address).values()].map(({ value: { bytes } }) => bytes?.length);
    return sizes.sort();
  },
};
