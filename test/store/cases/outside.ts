import { equal } from "../checks.ts";
import { accepted, added, address, outgoing, record, removed, value } from "../records.ts";
import { hasLinks, type StoreCase, type Subject } from "../subject.ts";

const numbers = (rows: readonly { readonly number: number }[]) => rows.map(({ number }) => number);
const kept = (subject: Subject, time = 10) =>
  numbers(subject.store.kept("demo/out", -1, 100, time));

export const outsideCases: readonly StoreCase[] = [
  {
    name: "gives unsent records of an egress in pages, and the egresses that have some",
    run(subject) {
      const other = record(2, { egress: "demo/other", from: address("x", "demo/y") });
      subject.commit({ egress: added(record(9), record(1), other, record(5, { expiresAt: 1e9 })) });
      const { store } = subject;
      equal([...store.unsentEgresses()].sort(), ["demo/other", "demo/out"], "egresses");
      equal(store.unsent("demo/out", 0, 9), [record(1), record(9)], "all of one");
      equal(numbers(store.unsent("demo/out", 1, 9)), [9], "after a bound");
      equal(numbers(store.unsent("demo/out", 0, 1)), [1], "at most a limit");
      subject.commit({ egress: removed(1, 2) });
      equal(store.unsentEgresses(), ["demo/out"], "after a delivery");
      subject.commit({ egress: removed(9) });
      equal(store.unsentEgresses(), [], "when only kept ones are left");
    },
  },
  {
    name: "keeps records until their time, in order, past expired ones",
    run(subject) {
      const rows = [3, 1, 2, 4].map((n) => record(n, { expiresAt: n === 2 ? 50 : 1e9 }));
      subject.commit({
        egress: added(...rows, record(7, { egress: "demo/other", expiresAt: 1e9 })),
      });
      const { store } = subject;
      equal(kept(subject), [1, 2, 3, 4], "all");
      equal(kept(subject, 50), [1, 3, 4], "at the time of one");
      equal(numbers(store.kept("demo/out", 1, 2, 50)), [3, 4], "a page after a bound");
      equal(store.kept("demo/out", 1, 1, 10), [record(2, { expiresAt: 50 })], "a record");
      subject.commit({ egress: removed(3) });
      equal(kept(subject), [1, 2, 4], "after a removal");
      subject.commit({ time: 100_000 });
      subject.commit({ time: 200_000 });
      equal(kept(subject, 0), [1, 4], "what is swept");
    },
  },
  {
    name: "keeps at most as many records as an egress may have: the oldest go",
    async run(subject) {
      const keep = [{ egress: "demo/out", maxRecords: 3 }];
      const rows = (...all: readonly number[]) =>
        added(...all.map((n) => record(n, { expiresAt: 1e9 })));
      const other = record(90, { egress: "demo/other", expiresAt: 1e9 });
      subject.commit({ egress: added(...rows(1, 2, 3).added, record(50), other), keep });
      equal(kept(subject), [1, 2, 3], "not too many");
      subject.commit({ egress: rows(4, 5), keep });
      equal(kept(subject), [3, 4, 5], "two too many");
      await subject.reopen();
      subject.commit({ egress: rows(6), keep });
      equal(kept(subject), [4, 5, 6], "after a restart");
      subject.commit({ egress: { added: [record(7, { expiresAt: 1e9 })], removed: [5] }, keep });
      equal(kept(subject), [4, 6, 7], "with a removal");
      subject.commit({ egress: rows(8) });
      equal(kept(subject), [4, 6, 7, 8], "without a limit");
      subject.commit({ keep: [{ egress: "demo/out", maxRecords: 0 }] });
      equal(kept(subject), [], "none at all");
      equal(numbers(subject.store.unsent("demo/out", 0, 9)), [50], "the unsent one");
      equal(subject.store.kept("demo/other", 0, 9, 10), [other], "of another egress");
    },
  },
  {
    name: "finds a key by its target, with what its call ended with",
    async run(subject) {
      const waiting = accepted("key", 1, { call: "call 1" });
      subject.commit({
        accepted: [
          waiting,
          accepted("send", 2),
          accepted("key", 3, { target: address("b") }),
          accepted("failed", 4, {
            call: "call 4",
            outcome: { kind: "error", code: "dead_letter", reason: "" },
          }),
        ],
      });
      const { store } = subject;
      equal(store.accepted(address("a"), "key"), waiting, "a call that waits");
      equal(store.acceptedCall("call 1"), waiting, "by its id");
      equal(store.accepted(address("b"), "key")?.number, 3, "of another target");
      equal(store.accepted(address("a"), "none"), undefined, "an unknown key");
      equal(store.acceptedCall("call 2"), undefined, "an unknown call");
      equal(store.accepted(address("a"), "send"), accepted("send", 2), "a send");
      const headers = [{ key: "k", value: undefined }];
      const reply = { kind: "reply", value: value("done", headers) } as const;
      subject.commit({ accepted: [{ ...waiting, outcome: reply }] });
      await subject.reopen();
      equal(subject.store.acceptedCall("call 1")?.outcome, reply, "a reply");
      equal(subject.store.acceptedCall("call 4")?.outcome?.kind, "error", "an error");
    },
  },
  {
    name: "writes a key that is used again over what it had",
    run(subject) {
      subject.commit({ accepted: [accepted("key", 1, { call: "call 1", expiresAt: 20 })] });
      const again = accepted("key", 7, { call: "call 7", digest: "new", expiresAt: 1e9 });
      subject.commit({ accepted: [again] });
      equal(subject.store.accepted(address("a"), "key"), again, "by key");
      equal(subject.store.acceptedCall("call 1"), undefined, "by the old id");
      subject.commit({ time: 100_000 });
      subject.commit({ time: 200_000 });
      equal(subject.store.acceptedCall("call 7"), again, "by the new id");
    },
  },
  {
    name: "sweeps expired keys, also those of calls",
    run(subject) {
      subject.commit({
        accepted: [accepted("key", 1, { call: "c", expiresAt: 100 }), accepted("other", 2)],
      });
      subject.commit({ time: 100_000 });
      subject.commit({ time: 200_000 });
      equal(subject.store.accepted(address("a"), "key"), undefined, "the key");
      equal(subject.store.acceptedCall("c"), undefined, "the call");
      equal(subject.store.accepted(address("a"), "other")?.number, 2, "another");
    },
  },
  {
    name: "keeps the last position of each source",
    async run(subject) {
      const at = (source: string, position: string) => ({ source, position });
      subject.commit({ positions: [at("topic/0", "9007199254740993"), at("topic/1", "")] });
      subject.commit({ positions: [at("topic/0", "9007199254740994")] });
      await subject.reopen();
      equal(subject.store.position("topic/0"), "9007199254740994", "the last one");
      equal(subject.store.position("topic/1"), "", "an empty one");
      equal(subject.store.position("topic/2"), undefined, "none");
    },
  },
  {
    name: "keeps both ends of links, and says which are silent",
    isOfLinks: true,
    async run(subject) {
      const out = { link: "x", epoch: 5, base: 2, last: 7, runs: "0 r 3 s" };
      const links = [1, 2, 3].map((n) => ({ link: `in ${n}`, epoch: n, last: n, seenAt: n * 10 }));
      const withRun = { link: "in 4", epoch: 4, last: 4, seenAt: 95, run: "r" };
      subject.commit({ linksOut: added(out), linksIn: added(...links, withRun) });
      const { store } = subject;
      if (!hasLinks(store)) return;
      equal(store.linksOut(), [out], "out");
      equal(store.linkIn("in 2"), links[1], "in");
      equal(store.linkIn("in 4"), withRun, "in, with a run");
      equal(store.linkIn("x"), undefined, "the other end of one");
      const silent = (time: number) =>
        [...store.silentLinks(time, 9)].map(({ link }) => link).sort();
      equal(silent(30), ["in 1", "in 2"], "seen before");
      equal(silent(10), [], "seen at the very time");
      equal(store.silentLinks(99, 2).length, 2, "at most a limit");
      subject.commit({
        linksOut: { added: [{ ...out, link: "y", last: 1 }], removed: ["x"] },
        linksIn: { added: [{ link: "in 1", epoch: 9, last: 0, seenAt: 90 }], removed: ["in 2"] },
      });
      equal(silent(90), ["in 3"], "after changes");
      await subject.reopen();
      const again = subject.store;
      if (!hasLinks(again)) return;
      equal(again.linksOut(), [{ ...out, link: "y", last: 1 }], "out, after a restart");
      equal(again.linkIn("in 4"), withRun, "in, after a restart");
    },
  },
  {
    name: "keeps the outbox of each link in order, until it is acknowledged",
    isOfLinks: true,
    run(subject) {
      const rows = [1, 2, 3, 4].map((n) => outgoing("link", n));
      subject.commit({ outbox: added(...rows, outgoing("other", 1, { caller: undefined })) });
      const { store } = subject;
      if (!hasLinks(store)) return;
      equal(store.outbox("link", 0, 9), rows, "all");
      equal(numbers(store.outbox("link", 1, 2)), [2, 3], "a page");
      subject.commit({
        outbox: { added: [outgoing("link", 5)], removed: [{ link: "link", upTo: 3 }] },
      });
      equal(numbers(store.outbox("link", 0, 9)), [4, 5], "after an acknowledgement");
      equal(store.outbox("other", 0, 9).length, 1, "of another link");
    },
  },
];
