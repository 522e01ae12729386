import type { AddressReads, TextsWant } from "../../../src/engine/contract/address-reads.ts";
import { equal } from "../checks.ts";
import { added, address, cell, dead, removed, timer, value } from "../records.ts";
import type { StoreCase, Subject } from "../subject.ts";

const common = "https://shop.example.com/tenants/acme/customers/".padEnd(1_000, "/x");

/** Ids that are alike for an index, or odd for a database or a terminal. */
export const hostileIds: readonly string[] = [
  ...[
    "",
    "a",
    "ab",
    "a b",
    "b",
    "..",
    ".",
    "%",
    "%2e%2e",
    "_",
    "'",
    '"',
    "--",
    "a%",
    "A",
    "\u202e",
  ],
  ...[
    "\0",
    "a\0",
    "a\0b",
    "a\0\0",
    "\0a",
    "\u0001",
    "\u007f",
    "\u{10ffff}",
    "\u{10ffff}\0",
    "\uffff",
  ],
  ...[
    "é",
    "e\u0301",
    "🙂",
    "🙂🙂",
    "\ue000",
    "\ufffd",
    "\ud7ff",
    "𐀀",
    "a🙂",
    "a\uffff",
    "a\u{10ffff}",
  ],
  ...Array.from({ length: 12 }, (_, index) => `${common}${index}`),
  ...[
    `${common}\0`,
    `${common}\0a`,
    `${common}🙂`,
    `${common}\uffff`,
    `${common}\u{10ffff}`,
    common,
  ],
  ...["i", "🙂", "é", "\uffff", "\0"].flatMap((one) =>
    [16, 17, 24, 25, 39, 40, 41, 47, 48, 49, 50, 79, 80, 81, 200].map((length) =>
      one.repeat(length),
    ),
  ),
  ...[78, 79, 80, 81].flatMap((length) => [
    `${"i".repeat(length)}🙂`,
    `${"i".repeat(length)}\uffff`,
  ]),
];

/** By code points, which is the order of UTF-8. */
function byPoints(left: string, right: string): number {
  const [one, other] = [Array.from(left), Array.from(right)];
  for (let at = 0; at < Math.min(one.length, other.length); at += 1) {
    const difference = (one[at]?.codePointAt(0) ?? 0) - (other[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

const sorted = (ids: Iterable<string>): string[] => [...new Set(ids)].sort(byPoints);

/** All pages one after another. */
export function listed(
  reads: AddressReads,
  typename: string,
  { prefix = "", limit = 7, after }: Partial<TextsWant> = {},
): string[] {
  const all: string[] = [];
  let scan: object | undefined;
  for (;;) {
    const last = all.at(-1) ?? after;
    const page = reads.withStates(typename, { prefix, after: last, limit }, scan);
    if (page.ids.length > limit) throw new Error(`a page has ${page.ids.length} ids`);
    scan = page.scan;
    if (page.ids.length === 0 && scan === undefined && !page.isEnd) throw new Error("no end");
    all.push(...page.ids);
    if (page.isEnd) return all;
  }
}

function owners(reads: AddressReads, prefix: string, limit: number): string[] {
  const all: string[] = [];
  let scan: object | undefined;
  for (;;) {
    const page = reads.owners({ prefix, after: all.at(-1), limit }, scan);
    if (page.ids.length > limit) throw new Error(`a page has ${page.ids.length} owners`);
    scan = page.scan;
    if (page.ids.length === 0 && scan === undefined && !page.isEnd) throw new Error("no end");
    all.push(...page.ids);
    if (page.isEnd) return all;
  }
}

/** Of a store that has lists of addresses. */
function ofLists(name: string, run: (subject: Subject, reads: AddressReads) => void): StoreCase {
  return {
    name,
    run(subject) {
      const { addresses } = subject.store;
      if (addresses !== undefined) run(subject, addresses);
    },
  };
}

const cells = hostileIds.flatMap((id, index) => [
  cell(3 * index + 1, { address: address(id), name: "x" }),
  cell(3 * index + 2, { address: address(id), name: "y" }),
  cell(3 * index + 3, { address: address(`${id}other`, "demo/other"), name: "x" }),
]);

export const addressCases: readonly StoreCase[] = [
  ofLists("lists every id that has a state once, in the order of UTF-8", (subject, reads) => {
    subject.commit({ lastCell: cells.length, cells });
    for (const limit of [1, 2, 5, 1_000]) {
      equal(listed(reads, "demo/fn", { limit }), sorted(hostileIds), `pages of ${limit}`);
    }
    equal(listed(reads, "demo/other").length, sorted(hostileIds).length, "the other function");
    equal(listed(reads, "demo/f"), [], "a function without instances");
    equal(listed(reads, "demo/fn0"), [], "the one behind");
  }),
  ofLists("lists the ids with a prefix, and those behind an id", (subject, reads) => {
    subject.commit({ lastCell: cells.length, cells });
    const all = sorted(hostileIds);
    const parts = all.flatMap((id) => [id, id.slice(0, 3), id.slice(0, 60), id.slice(0, 85)]);
    for (const prefix of sorted(parts).filter((one) => one.isWellFormed?.() ?? true)) {
      const wanted = all.filter((id) => id.startsWith(prefix));
      equal(listed(reads, "demo/fn", { prefix }), wanted, `with ${JSON.stringify(prefix)}`);
    }
    for (const after of all) {
      const wanted = all.slice(all.indexOf(after) + 1);
      equal(listed(reads, "demo/fn", { after, limit: 30 }), wanted, JSON.stringify(after));
    }
  }),
  ofLists("lists no id whose states are gone, and one that came again", (subject, reads) => {
    subject.commit({ lastCell: cells.length, cells });
    const gone = cells.filter((_, index) => index % 4 !== 0);
    subject.commit({
      lastCell: cells.length,
      cells: gone.map((write) => ({ ...write, value: undefined })),
    });
    const left = (typename: string) =>
      sorted(
        cells
          .filter((write) => !gone.includes(write) && write.address.typename === typename)
          .map((write) => write.address.id),
      );
    equal(listed(reads, "demo/fn"), left("demo/fn"), "what is left");
    equal(listed(reads, "demo/other"), left("demo/other"), "what is left of the other");
    subject.commit({ lastCell: cells.length, cells: gone });
    equal(listed(reads, "demo/fn"), sorted(hostileIds), "all again");
  }),
  ofLists("says how many states an address has, and their bytes", (subject, reads) => {
    const id = `${common}7`;
    subject.commit({
      lastCell: 4,
      cells: [
        cell(1, { address: address(id), name: "x", value: value("12345") }),
        cell(2, { address: address(id), name: "y", value: value(undefined) }),
        cell(3, { address: address(id), name: "z", value: value("123"), expiresAt: 50 }),
        cell(4, { address: address(`${common}8`), name: "x", value: value("1") }),
      ],
    });
    equal(reads.sizes(address(id), 49), { states: 3, bytes: 8 }, "before the third expires");
    equal(reads.sizes(address(id), 50), { states: 2, bytes: 5 }, "after it");
    equal(reads.sizes(address("none"), 0), { states: 0, bytes: 0 }, "of none");
  }),
  ofLists("lists the owners of timers, each once", (subject, reads) => {
    const timers = hostileIds.flatMap((id, index) => [
      timer(2 * index + 1, { owner: `demo/fn/${id}` }),
      timer(2 * index + 2, { owner: `demo/fn/${id}`, token: "token" }),
    ]);
    const lastNumber = timers.length + 1;
    const others = [timer(lastNumber, { owner: undefined })];
    subject.commit({ lastNumber, timers: added(...timers, ...others) });
    const wanted = sorted(hostileIds.map((id) => `demo/fn/${id}`));
    for (const limit of [1, 9, 1_000]) equal(owners(reads, "", limit), wanted, `pages of ${limit}`);
    equal(
      owners(reads, "demo/fn/a", 3),
      sorted(wanted.filter((one) => one.startsWith("demo/fn/a"))),
      "a",
    );
    subject.commit({ lastNumber, timers: removed(...timers.slice(1).map(({ number }) => number)) });
    equal(owners(reads, "", 9), ["demo/fn/"], "the one that is left");
  }),
  {
    name: "gives the heads of timers and of dead letters by number",
    run(subject) {
      const { store } = subject;
      const fromOutside = { caller: undefined, target: address("c", "demo/target") };
      subject.commit({
        lastNumber: 9,
        timers: added(
          timer(1),
          timer(3, fromOutside),
          timer(5, { caller: address("z", "demo/z") }),
        ),
        dead: added(dead(2), dead(4, { egress: "demo/out", code: "unknown_egress" }), dead(6)),
      });
      const heads = [
        { number: 1, typename: "demo/fn" },
        { number: 3, typename: "demo/target" },
        { number: 5, typename: "demo/z" },
      ];
      equal(store.timerHeads(-1, 10), heads, "all timers");
      equal(store.timerHeads(1, 1), heads.slice(1, 2), "a page of them");
      equal(store.timerHeads(-1, 1, "demo/z"), heads.slice(2), "those of a function");
      equal(store.timerHeads(3, 10, "demo/target"), [], "none of a function behind a number");
      equal(store.timerAt(3), timer(3, fromOutside), "one timer");
      equal(store.timerAt(2), undefined, "none");
      const head = {
        code: "non_retryable",
        reason: "it was no use",
        failedAt: 5,
        egress: undefined,
      };
      const [first, second, third] = [
        { number: 2, typename: "demo/fn", ...head },
        { number: 4, typename: "demo/fn", ...head, code: "unknown_egress", egress: "demo/out" },
        { number: 6, typename: "demo/fn", ...head },
      ];
      equal(store.deadHeads(-1, 10), [first, second, third], "all letters");
      equal(store.deadHeads(2, 1), [second], "a page of them");
      equal(store.deadHeads(-1, 10, "demo/fn"), [first, third], "those of a function");
      equal(store.deadHeads(-1, 10, "demo/out"), [second], "those of an egress");
    },
  },
];
