import { compareTexts } from "../internal/text-order.ts";
import type { WireAddress } from "../model/invocation.ts";
import type * as engine from "./engine-records.ts";
import type * as lines from "./records.ts";
import { exportedAddress, exportedState, exportedValue, type Readable } from "./values.ts";

// Lines of the records of an engine. Fields stand in one order, so that equal records are equal lines.

/** States of a line, in bytes of their values: more begin another one. */
const maxStatesBytes = 1_048_576;

/** One line, or several for many large states. None for an instance without states. */
export function instanceLines(
  { typename, id }: WireAddress,
  states: Iterable<readonly [name: string, state: engine.EngineState]>,
  readable: (name: string) => Readable,
): lines.InstanceLine[] {
  const sorted = [...states];
  const [first] = sorted;
  if (sorted.length === 1 && first !== undefined) {
    // Most have one. A name in brackets makes a property of all names, "__proto__" included.
    const [name, state] = first;
    const only = { [name]: exportedState(state, readable(name)) };
    return [{ kind: "instance", function: typename, id, states: only }];
  }
  sorted.sort(([one], [other]) => compareTexts(one, other));
  const all: lines.InstanceLine[] = [];
  let entries: [string, lines.ExportedState][] = [];
  let size = 0;
  const finish = (): void => {
    // `fromEntries` makes properties of all names, "__proto__" included.
    all.push({ kind: "instance", function: typename, id, states: Object.fromEntries(entries) });
    entries = [];
    size = 0;
  };
  for (const [name, state] of sorted) {
    const bytes = name.length + (state.value.bytes?.length ?? 0);
    if (entries.length > 0 && size + bytes > maxStatesBytes) finish();
    entries.push([name, exportedState(state, readable(name))]);
    size += bytes;
  }
  if (entries.length > 0) finish();
  return all;
}

export function messageLine(record: engine.EngineMessage, readable: Readable): lines.MessageLine {
  const { number, target, caller, argument, attempts, crashes } = record;
  return {
    kind: "message",
    number,
    to: exportedAddress(target),
    ...from(caller),
    message: exportedValue(argument, readable),
    ...(attempts === 0 ? {} : { attempts }),
    ...(crashes === 0 ? {} : { crashes }),
  };
}

export function timerLine(record: engine.EngineTimer, readable: Readable): lines.TimerLine {
  const { number, dueAt, owner, token, target, caller, argument } = record;
  return {
    kind: "timer",
    number,
    dueAt,
    ...(owner === undefined ? {} : { owner }),
    ...(token === undefined ? {} : { token }),
    to: exportedAddress(target),
    ...from(caller),
    message: exportedValue(argument, readable),
  };
}

export function recordLine(record: engine.EngineRecord, readable: Readable): lines.RecordLine {
  const { number, egress, argument, expiresAt } = record;
  return {
    kind: "record",
    number,
    egress,
    from: exportedAddress(record.from),
    record: exportedValue(argument, readable),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

export function deadLetterLine(
  record: engine.EngineDeadLetter,
  readable: Readable,
): lines.DeadLetterLine {
  const { number, target, caller, argument, code, reason, attempts, failedAt, egress } = record;
  return {
    kind: "dead-letter",
    number,
    to: exportedAddress(target),
    ...from(caller),
    message: exportedValue(argument, readable),
    code,
    reason,
    attempts,
    failedAt,
    ...(egress === undefined ? {} : { egress }),
  };
}

export function keyLine(record: engine.EngineKey, readable: Readable): lines.KeyLine {
  const { number, target, key, digest, call, expiresAt, outcome } = record;
  return {
    kind: "key",
    number,
    to: exportedAddress(target),
    key,
    digest,
    ...(call === undefined ? {} : { call }),
    expiresAt,
    ...(outcome === undefined ? {} : { outcome: exportedOutcome(outcome, readable) }),
  };
}

export function pauseLine(record: engine.EnginePause): lines.PauseLine {
  const { typename, id, since, who, why } = record;
  return {
    kind: "pause",
    function: typename,
    ...(id === undefined ? {} : { id }),
    since,
    who,
    ...(why === undefined ? {} : { why }),
  };
}

function exportedOutcome(
  outcome: NonNullable<engine.EngineKey["outcome"]>,
  readable: Readable,
): NonNullable<lines.KeyLine["outcome"]> {
  if (outcome.kind === "reply") {
    return { kind: "reply", value: exportedValue(outcome.value, readable) };
  }
  const { kind, code, reason } = outcome;
  return { kind, code, reason };
}

function from(caller: WireAddress | undefined): { readonly from?: lines.ExportedAddress } {
  return caller === undefined ? {} : { from: exportedAddress(caller) };
}
