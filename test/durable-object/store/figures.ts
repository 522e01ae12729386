import {
  type DurableObjectStorageLike,
  durableObjectDriver,
} from "../../../src/store/drivers/durable-object-driver.ts";
import { createObjectStore } from "../../../src/store/object/object-store.ts";
import { createHandle } from "../../../src/store/store-handle.ts";
import {
  accepted,
  added,
  address,
  cell,
  dead,
  message,
  outgoing,
  record,
  removed,
  timer,
  value,
} from "../../store/records.ts";
import { Subject } from "../../store/subject.ts";
import type { countedStorage, Written } from "./counted-storage.ts";

/** What windows of an engine cost, by what they do. */
export interface Figures {
  readonly bytes: Record<string, number>;
  readonly written: Record<string, Written>;
}

const linkIn = (last: number) =>
  added({ link: "shop/cart/customer-4711", epoch: 1.79e12, last, seenAt: 1.79e12 + last });
const linkOut = (last: number) =>
  added({ link: "shop/stock/item-12", epoch: 1.79e12, base: 0, last });
const count = (seen: number) =>
  cell(1, {
    name: "seen",
    value: { ...value(Uint8Array.of(seen)), typename: "io.statefun.types/int" },
  });

/** Each window alone in its event, as an object that is seldom spoken to commits it. */
export async function figures({
  storage,
  written,
}: ReturnType<typeof countedStorage>): Promise<Figures> {
  const bytes: Record<string, number> = { "never used": storage.sql.databaseSize };
  const open = () => createObjectStore(() => durableObjectDriver(storage));
  const subject = await Subject.open(() => () => createHandle(open));
  bytes["opened and read"] = storage.sql.databaseSize;
  const counts: Record<string, Written> = { "opening an unused object": written() };
  const head = { identity: "0123456789abcdef", opener: "fedcba9876543210", time: Date.now() };
  const commit = (what: string, parts: Parameters<Subject["commit"]>[0]) => {
    subject.commit({ ...head, ...parts });
    counts[what] = written();
  };
  // One that is not clean, and has nothing, is a warning: it sets an alarm to be forgotten by.
  commit("the first window of a new object", { isClean: true });
  const used = { lastNumber: 1, lastCell: 1 };
  commit("the first message over a link, counted", {
    ...used,
    cells: [count(1)],
    linksIn: linkIn(1),
  });
  bytes["one state, one link"] = storage.sql.databaseSize;
  commit("a message over a link, counted", { ...used, cells: [count(2)], linksIn: linkIn(2) });
  commit("a hundred messages over a link in one window", {
    ...used,
    cells: [count(102)],
    linksIn: linkIn(102),
  });
  commit("a message over a link, passed on over another", {
    ...used,
    linksIn: linkIn(103),
    linksOut: linkOut(1),
    outbox: added(outgoing("shop/stock/item-12", 1)),
  });
  commit("a message over a link, counted and passed on", {
    ...used,
    cells: [count(103)],
    linksIn: linkIn(104),
    linksOut: linkOut(2),
    outbox: added(outgoing("shop/stock/item-12", 2)),
  });
  const upTo = { link: "shop/stock/item-12", upTo: 2 };
  commit("its acknowledgement", { ...used, outbox: removed(upTo) });
  commit("a message that is stored before it runs", { ...used, messages: added(message(1)) });
  commit("its end", { ...used, messages: removed(1), cells: [count(103)] });
  commit("a timer", { ...used, timers: added(timer(2, { dueAt: Date.now() + 20_000 })) });
  commit("a timer that fires and counts", { ...used, timers: removed(2), cells: [count(104)] });
  commit("a timer with a token", {
    ...used,
    timers: added(timer(3, { token: "timeout", dueAt: Date.now() + 90_000 })),
  });
  commit("its cancellation", { ...used, timers: removed(3) });
  commit("a record for an egress", { ...used, egress: added(record(4)) });
  commit("its delivery", { ...used, egress: removed(4) });
  commit("a send with a key", { ...used, accepted: [accepted("key", 5)] });
  commit("a call with a key", { ...used, accepted: [accepted("other", 6, { call: "c" })] });
  commit("a dead letter", { ...used, dead: added(dead(7)) });
  bytes["with all of these"] = storage.sql.databaseSize;
  subject.store.close();
  return { bytes, written: counts };
}

/** An object with a state of so many bytes that was written by a message over a link. Gives what it takes. */
export async function idleBytes(
  storage: DurableObjectStorageLike,
  stateBytes: number,
): Promise<number> {
  const open = () => createObjectStore(() => durableObjectDriver(storage));
  const subject = await Subject.open(() => () => createHandle(open));
  const state = cell(1, { value: value(new Uint8Array(stateBytes)) });
  const head = { identity: "0123456789abcdef", opener: "fedcba9876543210", lastNumber: 1 };
  subject.commit({ ...head, cells: [state], linksIn: linkIn(1) });
  subject.store.close();
  return storage.sql.databaseSize;
}

/** What windows cost an object with so many states that write one of them, a new one and a link each: the mean, and the most rows. */
export async function figuresOfMany(
  { storage, written }: ReturnType<typeof countedStorage>,
  states: number,
): Promise<{ readonly mean: Written; readonly most: number }> {
  const open = () => createObjectStore(() => durableObjectDriver(storage));
  const subject = await Subject.open(() => () => createHandle(open));
  const stateOf = (number: number) =>
    cell(number, { address: address(`${number}`), value: value("x".repeat(60)) });
  for (let from = 0; from < states; from += 1_000) {
    subject.commit({ cells: Array.from({ length: 1_000 }, (_, n) => stateOf(from + n)) });
  }
  await subject.reopen();
  const windows = 1_000;
  const sum: Written = { rows: 0, read: 0, alarms: 0, statements: 0 };
  let most = 0;
  written();
  for (let window = 1; window <= windows; window += 1) {
    const cells = [stateOf((window * 7_919) % states), stateOf(states + window)];
    subject.commit({ cells, linksIn: linkIn(window) });
    const { rows, read, statements } = written();
    most = Math.max(most, rows);
    sum.rows += rows / windows;
    sum.read += read / windows;
    sum.statements += statements / windows;
  }
  subject.store.close();
  return { mean: sum, most };
}
