import type { WireValue } from "../../../src/model/invocation.ts";
import { engineStoreOf } from "../../../src/store/store-handle.ts";
import { equal, thrown } from "../checks.ts";
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
} from "../records.ts";
import { hasLinks, type StoreCase, type Subject } from "../subject.ts";

/** A value in every place that takes one, and what reads give of it. */
function store(subject: Subject, all: WireValue): void {
  subject.commit({
    cells: [cell(1, { value: all })],
    messages: added(message(1, { argument: all })),
    timers: added(timer(2, { argument: all })),
    egress: added(record(3, { argument: all }), record(4, { argument: all, expiresAt: 1e9 })),
    dead: added(dead(5, { argument: all })),
    accepted: [accepted("key", 6, { call: "call", outcome: { kind: "reply", value: all } })],
    outbox: added(outgoing("link", 1, { argument: all })),
  });
}

function read({ store: from }: Subject): readonly unknown[] {
  const outcome = from.acceptedCall("call")?.outcome;
  return [
    from.load(address("a")).get("state1")?.value,
    from.messages(0, 9)[0]?.argument,
    from.dueTimers(9, 9)[0]?.argument,
    from.unsent("demo/out", 0, 9)[0]?.argument,
    from.kept("demo/out", 0, 9, 10)[0]?.argument,
    from.dead(0, 9)[0]?.argument,
    outcome?.kind === "reply" ? outcome.value : undefined,
    ...(hasLinks(from) ? [from.outbox("link", 0, 9)[0]?.argument] : []),
  ];
}

async function survives(subject: Subject, all: WireValue): Promise<void> {
  store(subject, all);
  const expected = Array.from({ length: hasLinks(subject.store) ? 8 : 7 }, () => all);
  equal(read(subject), expected, "read at once");
  await subject.reopen();
  equal(read(subject), expected, "read after a restart");
}

function large(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => index * index + (index >> 8));
}

const headers = [
  { key: "same", value: large(3) },
  { key: "same", value: new Uint8Array(0) },
  { key: "", value: undefined },
  { key: "ключ \0 😀", value: large(300) },
];

const values: readonly (readonly [string, WireValue])[] = [
  ["no bytes", value(undefined)],
  ["empty bytes", value(new Uint8Array(0))],
  ["a view of a larger buffer", value(large(50).subarray(7, 9))],
  ["headers, null values and duplicates among them", value("x", headers)],
  ["headers without bytes", value(undefined, headers)],
  ["headers with empty bytes", value(new Uint8Array(0), headers)],
  ["3 MB", value(large(3_000_000))],
  ["3 MB of headers beside 3 MB", value(large(3e6), [{ key: "h", value: large(3e6 + 1) }])],
  ["a header of 3 MB and no bytes", value(undefined, [{ key: "h", value: large(3e6) }])],
  ["a typename with everything", { ...value("x"), typename: "type.x/'\"\0😀" }],
];

export const valueCases: readonly StoreCase[] = [
  ...values.map(
    ([name, all]): StoreCase => ({
      ...(name.includes("3 MB") && { isLarge: true }),
      name: `keeps a value: ${name}`,
      run: (subject) => survives(subject, all),
    }),
  ),
  {
    name: "keeps numbers up to the greatest safe integer",
    async run(subject) {
      const max = Number.MAX_SAFE_INTEGER;
      const times = { dueAt: max, owner: "o" };
      subject.commit({
        openedAt: max,
        lastNumber: max,
        lastCell: max,
        cells: [cell(max, { expiresAt: max })],
        messages: added(message(max - 1), message(max, { attempts: max, crashes: max })),
        timers: added(timer(max, times), timer(max - 1, { ...times, dueAt: max - 1 })),
        egress: added(record(max), record(max - 1), record(max, { expiresAt: max })),
        dead: added(dead(max - 1, { attempts: max, failedAt: max }), dead(max)),
        accepted: [accepted("key", max, { expiresAt: max })],
        outbox: added(outgoing("l", max), outgoing("l", max - 1)),
        linksOut: added({ link: "l", epoch: max, base: max - 1, last: max }),
        linksIn: added({ link: "l", epoch: max, last: max, seenAt: max }),
      });
      await subject.reopen();
      const { opened, store: from } = subject;
      equal([opened.openedAt, opened.lastNumber, opened.lastCell], [max, max, max], "the head");
      equal(from.load(address("a")).get(`state${max}`)?.expiresAt, max, "a time");
      equal(from.messages(max - 1, 9), [message(max, { attempts: max, crashes: max })], "the last");
      equal(from.dueTimers(max - 1, 9).length, 1, "due before the last");
      equal(from.nextDue(), max - 1, "the next due time");
      equal(from.unsent("demo/out", max - 1, 9), [record(max)], "the last record");
      equal(from.kept("demo/out", 0, 9, max - 1).length, 1, "a kept record");
      equal(from.kept("demo/out", 0, 9, max).length, 0, "at the end of its time");
      equal(from.dead(max - 1, 9), [dead(max)], "the last dead letter");
      equal(from.deadAt(max - 1)?.failedAt, max, "the one before");
      equal(from.accepted(address("a"), "key")?.expiresAt, max, "a key");
      if (!hasLinks(from)) return;
      equal(from.linkIn("l")?.seenAt, max, "a link");
      equal(from.linksOut(), [{ link: "l", epoch: max, base: max - 1, last: max }], "a sender");
      subject.commit({ outbox: removed({ link: "l", upTo: max - 1 }) });
      equal(from.outbox("l", 0, 9), [outgoing("l", max)], "the outbox");
    },
  },
  {
    name: "takes a reason that has no UTF-8, and gives it with a mark in its place, or as it is",
    async run(subject) {
      // An error of user code may say anything; names and ids are checked long before.
      const error = { kind: "error", code: "timed_out", reason: "a\ud800\0b" } as const;
      subject.commit({
        dead: added(dead(1, { reason: "a\ud800b" }), dead(2, { reason: "\udc00" })),
        accepted: [accepted("key", 3, { call: "c", outcome: error })],
      });
      await subject.reopen();
      const outcome = subject.store.acceptedCall("c")?.outcome;
      const reasons = subject.store.dead(0, 9).map(({ reason }) => reason);
      const all = [...reasons, outcome?.kind === "error" ? outcome.reason : undefined];
      equal(
        all.map((reason) => reason?.replaceAll(/\p{Surrogate}/gu, "\ufffd")),
        ["a\ufffdb", "\ufffd", "a\ufffd\0b"],
        "the reasons",
      );
    },
  },
  {
    name: "gives copies: nobody changes the store by what a read gave",
    run(subject) {
      const all = value("text", [{ key: "k", value: large(3) }]);
      store(subject, all);
      const before = structuredClone(read(subject));
      for (const one of read(subject)) {
        const { bytes, headers: own } = one as WireValue;
        bytes?.fill(0);
        own[0]?.value?.fill(0);
        Object.assign(one as object, { typename: "changed", headers: [] });
      }
      const [row] = subject.store.messages(0, 9);
      Object.assign(row?.target ?? {}, { id: "changed" });
      Object.assign(row ?? {}, { attempts: 99 });
      equal(read(subject), before, "read again");
      equal(subject.store.messages(0, 9), [message(1, { argument: all })], "the message again");
    },
  },
  {
    name: "rejects whoever opens it while it is open, and lets them in after the close",
    async run(subject) {
      const second = engineStoreOf(await subject.handle());
      const { message: text } = await thrown("store_locked", () => second.open());
      equal(/one (?:runtime )?at a time can use it/.test(text), true, text);
      subject.commit({ cells: [cell(1)] });
      await subject.store.durable();
      await subject.reopen();
      equal(subject.store.load(address("a")).size, 1, "the states");
      subject.store.close();
      subject.store.close();
    },
  },
];
