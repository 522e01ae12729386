import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import { plainValue, type WireAddress, type WireValue } from "../../model/invocation.ts";
import { valueBytes } from "../../model/message-bytes.ts";
import { whole } from "../commit/whole.ts";
import type { Action } from "../contract/actions.ts";
import type { Position } from "../contract/records.ts";
import { digestOf } from "../ingress/payload-digest.ts";
import { allCells, cellIn, valueIn } from "../mailboxes/cells.ts";
import type { Partition } from "../partition.ts";
import { damagedDigest, damagedNames, damagedStates, writeDamaged } from "./damaged-states.ts";
import type { Done } from "./done.ts";

type Of<Kind extends Action["kind"]> = Extract<Action, { readonly kind: Kind }>;
type StateAction = Of<"set-state"> | Of<"clear-state">;

/** Timers that one action takes back: a window has a bounded size. */
const maxTimers = 10_000;
/** Each read looks at all timers of the instance, so one by one takes long; and each timer may have 10 MB or more. */
const timersAtOnce = 8;
const largeBytes = 65_536;

export function setState(partition: Partition, action: Of<"set-state">): Done {
  const present = assertMatch(partition, action);
  const { fn } = partition.mailboxes.actor(action.address);
  if (present === "" && fn?.states.has(action.name) !== true) {
    const text = `${action.address.typename} has no state ${show(action.name)}`;
    throw new StateFunError("undeclared_state", text);
  }
  const { typename, bytes } = plainValue(action.value);
  write(partition, action, { typename, bytes, headers: [] });
  return { count: 1 };
}

export function clearState(partition: Partition, action: Of<"clear-state">): Done {
  if (assertMatch(partition, action) === "") return { count: 0 };
  write(partition, action, undefined);
  return { count: 1 };
}

/** All states, and the timers if that is wanted. What waits in the mailbox stays. */
export function deleteInstance(
  partition: Partition,
  { address, withTimers }: Of<"delete-instance">,
): Done {
  const numbers = withTimers ? timersOf(partition, address) : [];
  const names = liveStates(partition, address);
  whole(partition.journal, () => {
    for (const name of names) write(partition, { address, name }, undefined);
    for (const number of numbers) partition.timers.cancel(number);
  });
  return { count: names.length + numbers.length };
}

/** Throws `conflict` unless the state is what the operator saw. Gives its digest. */
function assertMatch(partition: Partition, { address, name, ifMatch }: StateAction): string {
  const present = digestAt(partition, address, name);
  if (present === ifMatch) return present;
  const found = present === "" ? "there is no value" : `the value has the digest ${show(present)}`;
  const text = `state ${show(name)} of ${address.typename} ${show(address.id)} is not as expected: ${found}`;
  throw new StateFunError("conflict", text);
}

/** What an operator names the present value of a state by: "" where there is none. */
function digestAt(partition: Partition, address: WireAddress, name: string): string {
  if (damagedStates(partition, address)) return damagedDigest(partition, address, name);
  const { mailboxes, journal } = partition;
  const cell = cellIn(mailboxes.cellsOf(mailboxes.actor(address)), name);
  const isExpired = (cell?.expiresAt ?? Number.POSITIVE_INFINITY) <= journal.now();
  const value = cell === undefined || isExpired ? undefined : valueIn(cell);
  return value === undefined ? "" : digestOf(plainValue(value));
}

function liveStates(partition: Partition, address: WireAddress): readonly string[] {
  if (damagedStates(partition, address)) return damagedNames(partition, address);
  const { mailboxes } = partition;
  const cells = allCells(mailboxes.cellsOf(mailboxes.actor(address)));
  return Array.from(cells, ({ name }) => name).filter(
    (name) => digestAt(partition, address, name) !== "",
  );
}

function write(
  partition: Partition,
  { address, name }: Pick<StateAction, "address" | "name">,
  value: WireValue | undefined,
): void {
  const { mailboxes, effects, journal } = partition;
  if (damagedStates(partition, address)) writeDamaged(partition, address, name, value);
  else effects.write(mailboxes.actor(address), { name, value });
  journal.touch();
}

/** Those that an instance has set for anybody, and those from outside that are for it. */
function timersOf(partition: Partition, address: WireAddress): readonly Position[] {
  const { timers, journal, options } = partition;
  const owner = timers.ownerOf(address);
  const { window } = journal;
  const numbers: Position[] = [];
  const take = (timer: ReturnType<typeof options.store.timersOf>[number]): void => {
    const isItsOwn = (timer.caller ?? timer.target).typename === address.typename;
    if (timer.owner !== owner || !isItsOwn || window.timersRemoved.has(timer.number)) return;
    numbers.push(timer.number);
    if (numbers.length <= maxTimers) return;
    const text = `${address.typename} ${show(address.id)} has more than ${maxTimers} timers: cancel some of them first`;
    throw new StateFunError("limit_exceeded", text);
  };
  // They may be large: one by one, and a few at a time as long as they are not.
  let atOnce = 1;
  let page = options.store.timersOf(owner, atOnce);
  while (page.length > 0) {
    for (const timer of page) take(timer);
    const isLarge = page.some(({ argument }) => valueBytes(argument) > largeBytes);
    atOnce = isLarge ? 1 : Math.min(2 * atOnce, timersAtOnce);
    page = options.store.timersOf(owner, atOnce, page.at(-1)?.number);
  }
  for (const timer of window.timers.values()) take(timer);
  return numbers;
}
