import type { LinkWindow, Store } from "../../../src/engine/contract/store.ts";
import type { WireValue } from "../../../src/model/invocation.ts";
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
  timer,
  value,
} from "../records.ts";
import { smallUniverse, snapshot } from "../snapshot.ts";
import { hasLinks, type StoreCase } from "../subject.ts";

class Special extends Uint8Array {}

const text: WireValue = value("text", [{ key: "k", value: new Uint8Array([1, 2, 3]) }]);

/** Something of everything that reads give. */
const all: Partial<LinkWindow> = {
  cells: [cell(1, { value: text })],
  messages: added(message(1, { argument: text })),
  timers: added(timer(2, { token: "token", argument: text })),
  egress: added(record(3, { argument: text }), record(4, { argument: text, expiresAt: 900 })),
  dead: added(dead(5, { caller: address("b"), argument: text })),
  accepted: [
    accepted("key", 6, { call: "call key", outcome: { kind: "reply", value: text } }),
    accepted("other", 7, { outcome: { kind: "error", code: "timed_out", reason: "late" } }),
  ],
  positions: [{ source: "link", position: "1" }],
  outbox: added(outgoing("link", 1, { argument: text })),
  linksOut: added({ link: "link", epoch: 1, base: 0, last: 1 }),
  linksIn: added({ link: "link", epoch: 1, last: 1, seenAt: 1 }),
};

const read = (store: Store) => snapshot(store, smallUniverse, 10);

/** Changes whatever can be changed in what a read gave. */
function spoil(given: unknown): void {
  if (given instanceof Uint8Array) {
    given.fill(0);
  } else if (given instanceof Map) {
    for (const one of given.values()) spoil(one);
    given.clear();
  } else if (Array.isArray(given)) {
    given.forEach(spoil);
    given.length = 0;
  } else if (typeof given === "object" && given !== null) {
    for (const [name, one] of Object.entries(given)) {
      spoil(one);
      Object.assign(given, { [name]: undefined });
    }
  }
}

/** What `snapshot` puts into arrays of its own. */
function readDirectly({ store }: { readonly store: Store }): readonly unknown[] {
  return [
    store.load(address("a")),
    store.messages(0, 9),
    store.dueTimers(9, 9),
    store.timersOf("demo/fn/a", 9),
    store.timerByToken("demo/fn/a", "token"),
    store.unsentEgresses(),
    store.unsent("demo/out", 0, 9),
    store.kept("demo/out", 0, 9, 10),
    store.dead(0, 9),
    store.dead(0, 9, "demo/fn"),
    store.deadAt(5),
    store.accepted(address("a"), "key"),
    store.accepted(address("a"), "other"),
    store.acceptedCall("call key"),
    ...(hasLinks(store)
      ? [
          store.linksOut(),
          store.linkIn("link"),
          store.silentLinks(9, 9),
          store.outbox("link", 0, 9),
        ]
      : []),
  ];
}

export const copyCases: readonly StoreCase[] = [
  {
    name: "gives what is the caller's own: nothing that is done to it changes the store",
    async run(subject) {
      subject.commit(all);
      const before = structuredClone(read(subject.store));
      for (const given of readDirectly(subject)) {
        equal(given === undefined, false, "what every read gives");
        spoil(given);
      }
      equal(read(subject.store), before, "read again");
      subject.commit({ attempts: [{ number: 1, attempts: 0, crashes: 0 }] });
      await subject.reopen();
      equal(read(subject.store), before, "after a window and a restart");
    },
  },
  {
    name: "gives what was read before as it was, whatever is committed afterwards",
    run(subject) {
      subject.commit(all);
      const given = readDirectly(subject);
      const before = structuredClone(given);
      subject.commit({
        cells: [cell(1, { value: value("new"), expiresAt: 20 })],
        attempts: [{ number: 1, attempts: 5, crashes: 5 }],
        timers: { added: [timer(9)], removed: [2] },
        egress: { added: [record(9)], removed: [3, 4] },
        dead: { added: [dead(9)], removed: [5] },
        accepted: [accepted("key", 8)],
        outbox: { added: [outgoing("link", 2)], removed: [{ link: "link", upTo: 1 }] },
        linksOut: added({ link: "link", epoch: 2, base: 1, last: 2 }),
        linksIn: added({ link: "link", epoch: 2, last: 2, seenAt: 2 }),
      });
      equal(given, before, "what was read");
    },
  },
  {
    name: "gives plain byte arrays of what came as another kind",
    run(subject) {
      const special = new Special([1, 2, 3]);
      subject.commit({
        messages: added(
          message(1, { argument: value(special, [{ key: "k", value: new Special([4]) }]) }),
        ),
      });
      const plain = value(new Uint8Array([1, 2, 3]), [{ key: "k", value: new Uint8Array([4]) }]);
      equal(subject.store.messages(0, 9)[0]?.argument, plain, "the value");
    },
  },
];
