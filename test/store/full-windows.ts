import { canonical } from "./checks.ts";
import { accepted, added, cell, dead, message, outgoing, record, timer, value } from "./records.ts";
import { smallUniverse, snapshot } from "./snapshot.ts";
import type { Subject } from "./subject.ts";

/** Something in every table. */
export const first = {
  cells: [cell(1), cell(2, { expiresAt: 5 })],
  messages: added(message(1), message(2)),
  timers: added(timer(2)),
  egress: added(record(3), record(4, { expiresAt: 900 })),
  dead: added(dead(5)),
  paused: added({ typename: "demo/fn", id: "a", since: 1, who: "operator", why: "so" }),
  accepted: [accepted("key", 6)],
  outbox: added(outgoing("link", 1)),
};

/** Something of every kind, so that it takes one of every statement. */
export const second = {
  time: 50_000,
  cells: [cell(1, { value: undefined }), cell(3, { value: value("x".repeat(300)) })],
  renewed: [{ cell: 2, expiresAt: 1e6 }],
  messages: { added: [message(11)], removed: [1] },
  attempts: [{ number: 2, attempts: 1, crashes: 1 }],
  timers: { added: [timer(12)], removed: [2] },
  egress: { added: [record(13), record(14, { expiresAt: 1e6 })], removed: [3] },
  dead: { added: [dead(15)], removed: [5] },
  paused: {
    added: [{ typename: "demo/fn", id: undefined, since: 2, who: "operator", why: undefined }],
    removed: [{ typename: "demo/fn", id: "a" }],
  },
  accepted: [accepted("other", 16)],
  positions: [{ source: "link", position: "2" }],
  outbox: { added: [outgoing("link", 2)], removed: [{ link: "link", upTo: 1 }] },
  linksOut: { added: [{ link: "link", epoch: 2, base: 0, last: 2 }], removed: ["x"] },
  linksIn: { added: [{ link: "link", epoch: 2, last: 2, seenAt: 2 }], removed: ["x"] },
  keep: [{ egress: "demo/out", maxRecords: 1 }],
};

/** All that can be read. */
export const all = ({ store }: Subject) => canonical(snapshot(store, smallUniverse, 0));
