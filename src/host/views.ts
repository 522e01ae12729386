import type { DeadRecord } from "../engine/contract/records.ts";
import { type Address, addressOf } from "../sdk/addressing/address.ts";
import type { BoundFunction } from "../sdk/invocation/bound-function.ts";
import { StateCell } from "../sdk/state/state-cell.ts";
import { messageFromWire } from "../sdk/types/message.ts";
import type { Message } from "../sdk/types/type.ts";
import type { InstanceView } from "./inspect.ts";

/** A message that was given up, or a record of an egress that is not bound. */
export interface DeadLetter {
  readonly id: string;
  /** The target of the message; for an egress record, its sender. */
  readonly address: Address;
  readonly message: Message;
  /** Of a record: the egress that it was for. */
  readonly egress?: string;
  /** `code` is one of StateFunErrorCode, or `failed` where a handler threw something else. */
  readonly error: { readonly code: string; readonly message: string };
  readonly attempts: number;
  /** Milliseconds since the epoch. */
  readonly failedAtMs: number;
}

export interface Instance<S> {
  /** As the handler would find it: `initial` where nothing is stored. */
  readonly state: Readonly<S>;
  /** What waits, the message that is being handled or tried again first: the first 1,000. */
  readonly mailbox: readonly Message[];
  /** How many wait. */
  readonly mailboxLength: number;
  /**
   * Delayed messages that this instance has sent, and those to it from outside (`delayMs`): the first 1,000, or fewer
   * once they have 1 MiB together. What another function has sent to it for later is found at that one.
   */
  readonly timers: readonly {
    /** Milliseconds since the epoch. */
    readonly atMs: number;
    readonly to: Address;
    readonly message: Message;
    readonly cancellationToken?: string;
  }[];
}

export function deadLetterOf(record: DeadRecord): DeadLetter {
  const { number, target, argument, code, reason, attempts, failedAt, egress } = record;
  return {
    id: String(number),
    address: addressOf(target.typename, target.id, undefined),
    message: messageFromWire(argument),
    ...(egress === undefined ? {} : { egress }),
    error: { code, message: reason },
    attempts,
    failedAtMs: failedAt,
  };
}

/** `fn` is undefined for a function of elsewhere: its states are not known here. */
export function instanceOf<S>(view: InstanceView, fn: BoundFunction | undefined): Instance<S> {
  return {
    state: stateOf(view.state, fn) as Readonly<S>,
    mailbox: view.mailbox.map((argument) => messageFromWire(argument)),
    mailboxLength: view.mailboxLength,
    timers: view.timers.map(({ dueAt, target, argument, token }) => ({
      atMs: dueAt,
      to: addressOf(target.typename, target.id, undefined),
      message: messageFromWire(argument),
      ...(token === undefined ? {} : { cancellationToken: token }),
    })),
  };
}

/** The states of a function as they can be read, the encrypted ones too. */
export async function openedStates(
  state: InstanceView["state"],
  fn: BoundFunction | undefined,
): Promise<InstanceView["state"]> {
  if (fn?.openBatch === undefined) return state;
  const target = { typename: fn.typename, id: "" };
  const opened = await fn.openBatch(fn, { target, state: new Map(state), invocations: [] });
  // It opens values, and takes none away.
  return opened.state as InstanceView["state"];
}

/** States as the handler would find them: `initial` where nothing is stored. */
export function stateOf(state: InstanceView["state"], fn: BoundFunction | undefined): object {
  const maxStateBytes = Number.MAX_SAFE_INTEGER;
  const rules = { features: { typedState: true }, maxStateBytes, keepPrefix: false };
  const values: [string, unknown][] = [];
  for (const spec of fn?.states.values() ?? []) {
    const cell = new StateCell(spec, state.get(spec.name), fn?.typename ?? "", rules);
    const value = cell.get();
    if (value !== undefined) values.push([spec.name, value]);
  }
  return Object.fromEntries(values);
}
