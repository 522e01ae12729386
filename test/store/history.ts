import fc from "fast-check";
import type { LinkWindow } from "../../src/engine/contract/store.ts";
import type { WireValue } from "../../src/model/invocation.ts";
import {
  accepted,
  address,
  cell,
  dead,
  emptyWindow,
  message,
  outgoing,
  record,
  timer,
} from "./records.ts";
import type { Universe } from "./snapshot.ts";

const names = ["demo/out", "demo/fn", "p\0", "links"] as const;
const keys = ["k", "", "\0"] as const;

export const universe: Universe = {
  addresses: ["a", "", "b\0"].map((id) => address(id)),
  owners: ["o", "o\0"],
  tokens: ["t", ""],
  names,
  keys,
  calls: Array.from({ length: 9 }, (_, slot) => `call ${slot}`),
};

/** One change of a window. The small numbers make acts meet each other, and now and then clash. */
export interface Act {
  readonly kind: (typeof kinds)[number];
  readonly number: number;
  readonly where: number;
  readonly time: number | undefined;
  readonly value: WireValue;
}

const kinds = [
  ...["write", "delete", "renew", "send", "consume", "count", "set timer", "remove timer"],
  ...["emit", "keep", "deliver", "limit", "bury", "dig", "accept", "call", "end call"],
  ...["position", "put out", "acknowledge", "link", "unlink", "later", "much later", "restart"],
  ...["repeat", "skip", "pause", "resume"],
] as const;

const bytes = fc.option(fc.uint8Array({ maxLength: 50 }), { nil: undefined });
const value: fc.Arbitrary<WireValue> = fc.record({
  typename: fc.constantFrom("demo/T", "x\0y"),
  bytes,
  headers: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(fc.record({ key: fc.string(), value: bytes }), { maxLength: 3 }),
    },
  ),
});

export const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...kinds),
    number: fc.integer({ min: 0, max: 7 }),
    where: fc.integer({ min: 0, max: 3 }),
    time: fc.option(fc.integer({ min: 0, max: 30_000 }), { nil: undefined }),
    value,
  }),
  { maxLength: 8 },
);

type Lists = {
  -readonly [K in keyof LinkWindow]: LinkWindow[K] extends readonly (infer T)[]
    ? T[]
    : LinkWindow[K] extends { added: readonly (infer A)[]; removed: readonly (infer R)[] }
      ? { added: A[]; removed: R[] }
      : LinkWindow[K];
};

/** The windows of an engine that makes mistakes. */
export class History {
  #sequence = 0;
  #time = 0;

  window(acts: readonly Act[]): LinkWindow {
    const empty = structuredClone(emptyWindow(this.#sequence + 1)) as Lists;
    const window: Lists = { ...empty, time: this.#time };
    for (const act of acts) change(window, act);
    return window;
  }

  committed({ sequence, time }: LinkWindow): void {
    this.#sequence = sequence;
    this.#time = time;
  }
}

const at = <T>(items: readonly T[], index: number): T => items[index % items.length] as T;

function change(window: Lists, act: Act): void {
  changeState(window, act);
  changeMessages(window, act);
  changeOutside(window, act);
  if (act.kind === "later") window.time += 1_000;
  if (act.kind === "much later") window.time += 20_000;
  if (act.kind === "repeat") window.sequence -= 1;
  if (act.kind === "skip" && act.number === 0) window.sequence += 1;
}

function changeState(window: Lists, { kind, number, where, time, value }: Act): void {
  const target = at(universe.addresses, where);
  // A number never names another state: the name comes from it, and half of the time clashes with that of another number.
  const state = { address: target, name: `s${number >> 1}`, value, expiresAt: time };
  const cellNumber = number * 4 + where;
  // A window has the last write to a state alone.
  const isNew = window.cells.every((one) => one.cell !== cellNumber);
  if (kind === "write" && isNew) window.cells.push(cell(cellNumber, state));
  if (kind === "delete" && isNew)
    window.cells.push(cell(cellNumber, { ...state, value: undefined }));
  if (kind === "renew") window.renewed.push({ cell: cellNumber, expiresAt: time ?? 9 });
}

function changeMessages(window: Lists, { kind, number, where, time, value }: Act): void {
  const target = at(universe.addresses, where);
  const parts = { target, argument: value };
  const token = where === 0 ? undefined : at(universe.tokens, where);
  if (kind === "send") window.messages.added.push(message(number, parts));
  if (kind === "consume") window.messages.removed.push(number);
  if (kind === "count") window.attempts.push({ number, attempts: where, crashes: number });
  if (kind === "set timer") {
    const owner = where === 3 ? undefined : at(universe.owners, where);
    window.timers.added.push(timer(number, { ...parts, owner, token, dueAt: time ?? 0 }));
  }
  if (kind === "remove timer") window.timers.removed.push(number);
  if (kind === "bury") {
    const egress = where === 0 ? undefined : at(names, where);
    window.dead.added.push(dead(number, { ...parts, egress }));
  }
  if (kind === "dig") window.dead.removed.push(number);
  const key = { typename: "demo/fn", id: where === 0 ? undefined : target.id };
  if (kind === "pause") {
    window.paused.added.push({ ...key, since: number, who: `${number}`, why: undefined });
  }
  if (kind === "resume") window.paused.removed.push(key);
}

function changeOutside(window: Lists, { kind, number, where, time, value }: Act): void {
  const name = at(names, where);
  // A key has numbers and a call of its own; which one is used changes. A window has it once.
  const slot = (number % 3) * 3 + (where % 3);
  const [target, key] = [at(universe.addresses, where), at(keys, number)];
  const row = { egress: name, argument: value };
  const used = { target, expiresAt: time ?? 100_000 };
  const call = { ...used, call: `call ${slot}` };
  const position = slot * 10 + number;
  const isNew = window.accepted.every((one) => Math.floor(one.number / 10) !== slot);
  const epoch = { link: name, epoch: number, last: where };
  if (kind === "emit") window.egress.added.push(record(number, row));
  if (kind === "keep") {
    window.egress.added.push(record(number, { ...row, expiresAt: time ?? 50_000 }));
  }
  if (kind === "deliver") window.egress.removed.push(number);
  if (kind === "limit") window.keep.push({ egress: name, maxRecords: number });
  if (kind === "accept" && isNew) window.accepted.push(accepted(key, position, used));
  if (kind === "call" && isNew) window.accepted.push(accepted(key, position, call));
  if (kind === "end call" && isNew) {
    const outcome = { kind: "reply", value } as const;
    window.accepted.push(accepted(key, position, { ...call, outcome }));
  }
  if (kind === "position") window.positions.push({ source: name, position: `${number}` });
  if (kind === "put out") window.outbox.added.push(outgoing(name, number, { argument: value }));
  if (kind === "acknowledge") window.outbox.removed.push({ link: name, upTo: number });
  if (kind === "link") {
    window.linksOut.added.push({ ...epoch, base: 0 });
    window.linksIn.added.push({ ...epoch, seenAt: time ?? 0 });
  }
  if (kind === "unlink") {
    window.linksOut.removed.push(name);
    window.linksIn.removed.push(name);
  }
}
