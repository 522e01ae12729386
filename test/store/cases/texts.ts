import { equal } from "../checks.ts";
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

const texts: readonly (readonly [string, string])[] = [
  ["empty", ""],
  ["NUL", "a\0b"],
  ["only NUL", "\0"],
  ["quotes", `'"\`;--\\`],
  ["emoji and the last characters", "😀\u{10ffff}\uffff\ufeff"],
  ["a byte order mark at the beginning", "\ufefftext"],
  ["names of objects", "__proto__"],
  ["100 kB", "ä".repeat(50_000)],
];

async function keepsText(subject: Subject, text: string): Promise<void> {
  const target = { typename: text, id: text };
  const row = { target, caller: target };
  const all = {
    message: message(1, row),
    timer: timer(2, { ...row, owner: text, token: text }),
    record: record(3, { egress: text, from: target }),
    kept: record(4, { egress: text, from: target, expiresAt: 1e9 }),
    dead: dead(5, { ...row, egress: text, code: text, reason: text }),
    accepted: accepted(text, 6, {
      target,
      call: text,
      digest: text,
      outcome: { kind: "error", code: text, reason: text },
    }),
    outbox: outgoing(text, 1, row),
    linkOut: { link: text, epoch: 1, base: 0, last: 1 },
    linkIn: { link: text, epoch: 1, last: 1, seenAt: 1 },
  };
  subject.commit({
    identity: text,
    opener: text,
    cells: [cell(1, { address: target, name: text })],
    messages: added(all.message),
    timers: added(all.timer),
    egress: added(all.record, all.kept),
    dead: added(all.dead),
    accepted: [all.accepted],
    positions: [{ source: text, position: text }],
    outbox: added(all.outbox),
    linksOut: added(all.linkOut),
    linksIn: added(all.linkIn),
  });
  await subject.reopen();
  const from = subject.store;
  equal(subject.opened.identity, text, "the identity");
  equal(from.load(target), new Map([[text, { cell: 1, value: value("cell 1") }]]), "the state");
  equal(from.messages(0, 9), [all.message], "the message");
  equal(from.timerByToken(text, text), all.timer, "the timer by its token");
  equal(from.timersOf(text, 9), [all.timer], "the timer by its owner");
  equal(from.unsentEgresses(), [text], "the egress");
  equal(from.unsent(text, 0, 9), [all.record], "the record");
  equal(from.kept(text, 0, 9, 10), [all.kept], "the kept record");
  equal(from.dead(0, 9, text), [all.dead], "the dead letter");
  equal(from.accepted(target, text), all.accepted, "the key");
  equal(from.acceptedCall(text), all.accepted, "the call");
  equal(from.position(text), text, "the position");
  if (hasLinks(from)) {
    equal(from.outbox(text, 0, 9), [all.outbox], "the outbox");
    equal(from.linksOut(), [all.linkOut], "the link's sender");
    equal(from.linkIn(text), all.linkIn, "the link's receiver");
  }
  subject.commit({
    opener: text,
    outbox: removed({ link: text, upTo: 1 }),
    linksOut: removed(text),
    keep: [{ egress: text, maxRecords: 0 }],
  });
  equal(from.kept(text, 0, 9, 10), [], "after removals");
  if (hasLinks(from)) equal([from.outbox(text, 0, 9), from.linksOut()], [[], []], "of links");
}

export const textCases: readonly StoreCase[] = [
  ...texts.map(
    ([name, text]): StoreCase => ({
      name: `keeps every text: ${name}`,
      run: (subject) => keepsText(subject, text),
    }),
  ),
  {
    name: "keeps similar texts apart",
    run(subject) {
      const ids = ["", "\0", "a", "a\0", "a\0b", "A", "a ", "0", "00"];
      const cells = ids.map((id, index) => cell(index, { address: address(id), name: id }));
      subject.commit({ cells });
      const found = ids.map((id) =>
        [...subject.store.load(address(id)).values()].map((c) => c.cell),
      );
      equal(
        found,
        ids.map((_, index) => [index]),
        "the states of each",
      );
    },
  },
];
