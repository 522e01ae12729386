import type { LinkWindow } from "../../src/engine/contract/store.ts";
import {
  accepted,
  added,
  address,
  cell,
  dead,
  emptyWindow,
  message,
  outgoing,
  record,
  timer,
  value,
} from "./records.ts";
import type { Universe } from "./snapshot.ts";

/**
 * The most that a row of a fixture takes: so each of them has values that are cut into pieces, and one of an object
 * has rows in its head and rows of their own.
 */
export const fixtureValueBytes = { file: 60, object: 600 } as const;

const headers = [
  { key: "k", value: undefined },
  { key: "", value: new Uint8Array(0) },
  { key: "k", value: Uint8Array.of(1, 2, 3) },
];
const x = value("x", headers);
const long = value("y".repeat(100));
const nothing = value(undefined);
const longKey = "n".repeat(300);
const error = { kind: "error", code: "c", reason: "r" } as const;

const head = { opener: "o", openedAt: 3, time: 70, lastNumber: 40, lastCell: 5, identity: "i" };

/** Two windows that leave every kind of record, with and without each thing that a record may have. */
const version1: readonly LinkWindow[] = [
  {
    ...emptyWindow(1),
    ...head,
    cells: [
      cell(1, { value: x, expiresAt: 90_000 }),
      cell(2, { value: long }),
      cell(3, { value: nothing }),
      cell(4, { value: long, expiresAt: 80_000 }),
      cell(5),
    ],
    messages: added(
      message(11, { argument: x, attempts: 2, crashes: 1 }),
      message(21, { argument: long, caller: undefined }),
      message(22, { argument: nothing }),
    ),
    timers: added(
      timer(12, { dueAt: 80, token: "token" }),
      timer(23, { owner: undefined, caller: undefined, argument: x }),
      timer(24, { argument: long }),
    ),
    egress: added(
      record(13, { argument: nothing }),
      record(14, { argument: x, expiresAt: 200_000 }),
      record(25, { argument: long }),
    ),
    dead: added(dead(15, { egress: "demo/out", argument: x }), dead(26, { caller: address("b") })),
    accepted: [
      accepted("key", 16, { call: "call key", outcome: error }),
      accepted("other", 17, { outcome: { kind: "reply", value: x } }),
      accepted(longKey, 18, { call: "waits" }),
    ],
    positions: [
      { source: "link", position: "5" },
      { source: "demo/out", position: "" },
    ],
    outbox: added(
      ...[1, 2, 3].map((number) => outgoing("link", number, { argument: x })),
      outgoing("demo/out", 7, { argument: long, caller: undefined }),
    ),
    linksOut: added(
      { link: "link", epoch: 400, base: 0, last: 3 },
      { link: "demo/out", epoch: 401, base: 6, last: 7 },
    ),
    linksIn: added({ link: "link", epoch: 500, last: 6, seenAt: 60 }),
  },
  {
    ...emptyWindow(2),
    ...head,
    renewed: [{ cell: 5, expiresAt: 70_000 }],
    attempts: [{ number: 21, attempts: 3, crashes: 0 }],
    outbox: { added: [], removed: [{ link: "link", upTo: 1 }] },
    isClean: true,
  },
];

const longId = "i".repeat(500);

/** The same in a file that finds long ids by their hash. */
const version2: readonly LinkWindow[] = version1.map((window, index) => ({
  ...window,
  cells: [
    ...window.cells,
    ...(index === 0 ? [cell(6, { address: address(longId), name: "state1" })] : []),
  ],
  lastCell: 6,
}));

/** The same in an object whose small rows are packed: one state is too long for that, and is cut. Links have runs. */
const objectVersion2: readonly LinkWindow[] = version2.map((window, index) => ({
  ...window,
  linksOut: {
    ...window.linksOut,
    added: window.linksOut.added.map((link) => ({ ...link, runs: `0 r ${link.last} s` })),
  },
  linksIn: {
    ...window.linksIn,
    added: [
      ...window.linksIn.added,
      ...(index === 0 ? [{ link: "demo/out", epoch: 501, last: 7, seenAt: 61, run: "r" }] : []),
    ],
  },
  cells: [
    ...window.cells,
    ...(index === 0 ? [cell(7, { name: "large", value: value("z".repeat(2_000)) })] : []),
  ],
  lastCell: 7,
}));

/** With a reason and without one, of a function and of an instance. */
export const somePaused: LinkWindow["paused"] = added(
  { typename: "demo/fn", id: undefined, since: 60, who: "operator", why: "x" },
  { typename: "demo/fn", id: "a", since: 61, who: "", why: undefined },
);

export const someReported = '{"complete":["demo/fn"],"partial":[]}';

/** The same with what operators have paused. */
function withPaused(windows: readonly LinkWindow[]): readonly LinkWindow[] {
  return windows.map((window, index) => (index === 0 ? { ...window, paused: somePaused } : window));
}

/** And with what was reported to a directory of an object. */
function withListed(windows: readonly LinkWindow[]): readonly LinkWindow[] {
  return windows.map((window, index) =>
    index === 0 ? { ...window, reported: someReported } : window,
  );
}

/** What each version's fixtures were written with. A version that is out is never changed. */
const fixtureWindows = {
  file: [version1, version2, withPaused(version2)],
  object: [version1, objectVersion2, withListed(withPaused(objectVersion2))],
} as const;

export function fixtureWindowsOf(
  layout: keyof typeof fixtureWindows,
  version: number,
): readonly LinkWindow[] {
  const windows = fixtureWindows[layout][version - 1];
  if (windows === undefined) throw new Error(`fixture-windows.ts has none of version ${version}`);
  return windows;
}

/** The next window of their history, which changes something of every kind. */
export const nextWindow: LinkWindow = {
  ...emptyWindow(3),
  ...head,
  time: 80,
  lastNumber: 43,
  cells: [cell(1, { value: undefined }), cell(2, { expiresAt: 95_000 }), cell(3, { value: x })],
  renewed: [{ cell: 4, expiresAt: 99_000 }],
  messages: { added: [message(41)], removed: [22] },
  attempts: [{ number: 11, attempts: 3, crashes: 0 }],
  timers: { added: [timer(42, { token: "token" })], removed: [12, 24] },
  egress: { added: [record(43)], removed: [13, 14] },
  dead: { added: [dead(11)], removed: [15] },
  paused: {
    added: [{ typename: "demo/fn", id: "b", since: 80, who: "operator", why: undefined }],
    removed: [{ typename: "demo/fn", id: "a" }],
  },
  accepted: [accepted("key", 16, { call: "call key", digest: "new" }), accepted(longKey, 18)],
  positions: [{ source: "link", position: "6" }],
  outbox: { added: [outgoing("link", 4)], removed: [{ link: "demo/out", upTo: 7 }] },
  linksOut: added({ link: "link", epoch: 400, base: 0, last: 4 }),
  linksIn: added({ link: "link", epoch: 501, last: 1, seenAt: 80 }),
};

/** What they are about. */
export const fixtureUniverse: Universe = {
  addresses: [address("a"), address("b"), address(longId)],
  owners: ["demo/fn/a"],
  tokens: ["token"],
  names: ["demo/out", "demo/fn", "link"],
  keys: ["key", "other", longKey],
  calls: ["call key", "waits"],
};
