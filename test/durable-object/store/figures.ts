import { durableObjectDriver } from "../../../src/store/drivers/durable-object-driver.ts";
import { createCompactStore } from "../../../src/store/object/compact-store.ts";
import { createHandle } from "../../../src/store/store-handle.ts";
import {
  accepted,
  added,
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
  const open = () => createCompactStore(() => durableObjectDriver(storage));
  const subject = await Subject.open(() => () => createHandle(open));
  bytes["opened and read"] = storage.sql.databaseSize;
  const counts: Record<string, Written> = { "opening an unused object": written() };
  const head = { identity: "0123456789abcdef", opener: "fedcba9876543210", time: Date.now() };
  const commit = (what: string, parts: Parameters<Subject["commit"]>[0]) => {
    subject.commit({ ...head, ...parts });
    counts[what] = written();
  };
  commit("the first window of a new object", {});
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
  const upTo = { link: "shop/stock/item-12", upTo: 1 };
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
