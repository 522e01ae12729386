import type { WireAddress } from "../model/invocation.ts";
import type * as engine from "./engine-records.ts";
import type * as lines from "./records.ts";
import { addressFrom, stateFrom, valueFrom } from "./values.ts";

// Records for an engine, of lines that were read. Their bytes are their own.

/** By name, in no order that means something. */
export function statesFrom({
  states,
}: lines.InstanceLine): ReadonlyMap<string, engine.EngineState> {
  return new Map(Object.entries(states).map(([name, state]) => [name, stateFrom(state)]));
}

export function messageFrom(line: lines.MessageLine): engine.EngineMessage {
  const { attempts = 0, crashes = 0 } = line;
  return { ...mailFrom(line), attempts, crashes };
}

export function timerFrom(line: lines.TimerLine): engine.EngineTimer {
  const { dueAt, owner, token } = line;
  return { ...mailFrom(line), dueAt, owner, token };
}

export function recordFrom(line: lines.RecordLine): engine.EngineRecord {
  const { number, egress, from, record, expiresAt } = line;
  return { number, egress, from: addressFrom(from), argument: valueFrom(record), expiresAt };
}

export function deadLetterFrom(line: lines.DeadLetterLine): engine.EngineDeadLetter {
  const { code, reason, attempts, failedAt, egress } = line;
  return { ...mailFrom(line), code, reason, attempts, failedAt, egress };
}

export function keyFrom(line: lines.KeyLine): engine.EngineKey {
  const { number, to, key, digest, call, expiresAt, outcome } = line;
  const target = addressFrom(to);
  return { number, target, key, digest, call, expiresAt, outcome: outcomeFrom(outcome) };
}

export function pauseFrom(line: lines.PauseLine): engine.EnginePause {
  const { id, since, who, why } = line;
  return { typename: line.function, id, since, who, why };
}

function outcomeFrom(outcome: lines.KeyLine["outcome"]): engine.EngineKey["outcome"] {
  if (outcome?.kind !== "reply") return outcome;
  return { kind: "reply", value: valueFrom(outcome.value) };
}

function mailFrom({
  number,
  to,
  from,
  message,
}: lines.MessageLine | lines.TimerLine | lines.DeadLetterLine): {
  readonly number: number;
  readonly target: WireAddress;
  readonly caller: WireAddress | undefined;
  readonly argument: ReturnType<typeof valueFrom>;
} {
  return {
    number,
    target: addressFrom(to),
    caller: from === undefined ? undefined : addressFrom(from),
    argument: valueFrom(message),
  };
}
