import type { LinkStore, Store } from "../../src/engine/contract/store.ts";
import type { WireAddress } from "../../src/model/invocation.ts";
import { address } from "./records.ts";
import { hasLinks } from "./subject.ts";

/** What the records of a test are about: everything else is nowhere in the store. */
export interface Universe {
  readonly addresses: readonly WireAddress[];
  readonly owners: readonly string[];
  readonly tokens: readonly string[];
  readonly names: readonly string[];
  readonly keys: readonly string[];
  readonly calls: readonly string[];
}

const everything = 1_000_000;

/** All that a store gives to read, but for what has expired by `time`. */
export function snapshot(
  store: Store,
  universe: Universe,
  time: number,
  withLinks: boolean = hasLinks(store),
): unknown {
  const { addresses, owners, tokens, names, keys, calls } = universe;
  const isAlive = (one: { readonly expiresAt: number | undefined } | undefined) =>
    one !== undefined && (one.expiresAt ?? Number.POSITIVE_INFINITY) > time;
  return {
    cells: addresses.map((one) => [...store.load(one)].filter(([, cell]) => isAlive(cell)).sort()),
    messages: store.messages(-1, everything),
    nextDue: store.nextDue(),
    due: store.dueTimers(everything, everything),
    timers: owners.map((owner) => [
      store.timersOf(owner, everything),
      tokens.map((token) => store.timerByToken(owner, token)),
    ]),
    timerHeads: store.timerHeads(-1, everything),
    timerHeadsOf: names.map((name) => store.timerHeads(-1, everything, name)),
    unsentEgresses: [...store.unsentEgresses()].sort(),
    unsent: names.map((name) => store.unsent(name, -1, everything)),
    kept: names.map((name) => store.kept(name, -1, everything, time)),
    dead: [
      store.dead(-1, everything),
      names.map((name) => store.dead(-1, everything, name)),
      store.deadHeads(-1, everything),
      names.map((name) => store.deadHeads(-1, everything, name)),
      store.countDead(),
    ],
    paused: [...store.paused()].sort((left, right) =>
      `${left.typename} ${left.id}` < `${right.typename} ${right.id}` ? -1 : 1,
    ),
    timersAt: store.dueTimers(everything, everything).map(({ number }) => store.timerAt(number)),
    accepted: addresses.map((one) =>
      keys.map((key) => store.accepted(one, key)).filter((found) => isAlive(found)),
    ),
    calls: calls.map((call) => store.acceptedCall(call)).filter((found) => isAlive(found)),
    positions: names.map((name) => store.position(name)),
    ...(withLinks && hasLinks(store) ? linksOf(store, names) : {}),
  };
}

function linksOf(store: LinkStore, names: readonly string[]) {
  return {
    linksOut: sorted(store.linksOut()),
    linksIn: names.map((name) => store.linkIn(name)),
    silent: sorted(store.silentLinks(everything, everything)),
    outbox: names.map((name) => store.outbox(name, 0, everything)),
  };
}

function sorted<T extends { readonly link: string }>(links: readonly T[]): T[] {
  return [...links].sort((left, right) => (left.link < right.link ? -1 : 1));
}

/** Of the cases: what `records.ts` fills in. */
export const smallUniverse: Universe = {
  addresses: [address("a"), address("b")],
  owners: ["demo/fn/a"],
  tokens: ["token"],
  names: ["demo/out", "demo/fn", "link"],
  keys: ["key", "other"],
  calls: ["call key"],
};
